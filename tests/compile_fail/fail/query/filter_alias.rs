#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(secrets as others: Others);

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .filter(items::id.eq_any(others.select(others.field(secrets::item_id))));
    });
}
