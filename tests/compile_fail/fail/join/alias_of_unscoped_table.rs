#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(secrets as hidden: Hidden);

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .inner_join(hidden.on(hidden.field(secrets::item_id).eq(items::id)));
    });
}
