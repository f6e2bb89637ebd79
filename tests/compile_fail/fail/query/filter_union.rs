#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let union = secrets::table
            .select(secrets::item_id)
            .union(secrets::table.select(secrets::id));
        let _ = items.query().filter(items::id.eq_any(union));
    });
}
