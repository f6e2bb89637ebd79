#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Debug)]
enum Export {}

fn handler(scope: &TenantScope<i64>) {
    let _ = scope.require::<Export>();
}

fn main() {}
