#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = open().session();
}
