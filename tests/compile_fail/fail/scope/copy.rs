#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn both(_: TenantScope<i64>, _: TenantScope<i64>) {}

fn main() {
    let db = open();
    let scope = scope(&db);
    both(scope, scope);
}
