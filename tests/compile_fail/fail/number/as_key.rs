#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::numbers::Number;

fn find(scope: &TenantScope<i64>, number: Number) {
    let _ = Repo::<Item>::new(scope).find(number);
}

fn main() {}
