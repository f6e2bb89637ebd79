#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn both(_: Identity<i64>, _: Identity<i64>) {}

fn main() {
    let identity = open().authenticate(&Anyone, 1).unwrap();
    both(identity, identity);
}
