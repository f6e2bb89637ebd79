#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::OperatorScope;

fn twice(operator: &OperatorScope<i64>) -> OperatorScope<i64> {
    operator.clone()
}

fn main() {}
