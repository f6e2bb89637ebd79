#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = Repo::<Item>::new();
}
