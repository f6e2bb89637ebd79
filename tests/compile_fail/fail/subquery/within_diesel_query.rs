#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .filter(items::category_id.within(categories::table.select(categories::id)));
    });
}
