#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(serde::Deserialize)]
struct Request {
    id: RowId<Item>,
}

fn main() {}
