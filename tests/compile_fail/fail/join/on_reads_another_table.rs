#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .inner_join(categories::table.on(secrets::item_id.eq(items::id)));
    });
}
