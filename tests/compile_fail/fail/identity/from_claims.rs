#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = Identity::from(Claims::new(1_i64));
}
