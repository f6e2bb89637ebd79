#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _: TenantScope<i64> = scope.read_only();
    });
}
