#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = Identity {
        claims: Claims::new(1_i64),
    };
}
