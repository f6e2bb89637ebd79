#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = Identity::new(1_i64);
}
