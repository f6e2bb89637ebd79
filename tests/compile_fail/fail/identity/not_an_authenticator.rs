#[path = "../../gear.rs"]
mod gear;

use gear::*;

struct Header;

fn main() {
    let _ = open().authenticate(&Header, 1);
}
