#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn key(scope: &TenantScope<i64>, item: &Item) -> String {
    scope.cache_key("items", item.id)
}

fn main() {}
