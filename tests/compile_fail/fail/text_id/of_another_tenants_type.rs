#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn read(scope: &TenantScope<String>) {
    let _ = Repo::<Process>::new(scope);
}

fn main() {}
