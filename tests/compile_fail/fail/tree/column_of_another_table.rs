#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let id = RowId::<Item>::from_raw(1);
        let _ = items.descendants_of(id, parts::item_id);
    });
}
