#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::Operator;

fn who_is_one(scope: &TenantScope<i64>) {
    let _ = Repo::<Operator>::new(scope);
}

fn main() {}
