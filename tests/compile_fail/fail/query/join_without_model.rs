#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Item>::new(scope).query().inner_join(secrets::table);
    });
}
