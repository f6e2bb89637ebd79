#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = TenantScope::<i64>::default();
}
