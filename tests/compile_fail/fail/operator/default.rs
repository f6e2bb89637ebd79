#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::OperatorScope;

fn main() {
    let _ = OperatorScope::<i64>::default();
}
