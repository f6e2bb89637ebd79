#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _: RowId<Item> = 1_i64.into();
}
