#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = TenantScope::new(&Claims::new(1_i64));
}
