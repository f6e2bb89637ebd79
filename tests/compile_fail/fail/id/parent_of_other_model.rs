#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let id = RowId::<Item>::from_raw(1);
    let _ = NewItem {
        category_id: id,
        name: "Mug",
    };
}
