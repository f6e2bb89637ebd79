#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let id = RowId::<Part>::from_raw(1);
        let _ = items.ancestors_of(id, items::category_id);
    });
}
