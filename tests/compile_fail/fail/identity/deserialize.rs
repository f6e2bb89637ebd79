#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(serde::Deserialize)]
struct Job {
    caller: Identity<i64>,
}

fn main() {}
