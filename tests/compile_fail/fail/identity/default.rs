#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = Identity::<i64>::default();
}
