#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let identity = open().authenticate(&Anyone, 1).unwrap();
    let _ = TenantScope::<i64>::proven(&identity);
}
