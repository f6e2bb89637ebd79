#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = Identity::proven(Claims::new(1_i64));
}
