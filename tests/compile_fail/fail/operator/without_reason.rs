#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::OperatorScope;

fn operator(identity: &Identity<i64>) -> tenancy::Result<OperatorScope<i64>> {
    OperatorScope::new(identity)
}

fn main() {}
