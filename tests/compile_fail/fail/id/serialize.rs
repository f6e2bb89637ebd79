#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(serde::Serialize)]
struct Answer {
    id: RowId<Item>,
}

fn main() {}
