#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = TenantScope {
            key: 2,
            ..scope.clone()
        };
    });
}
