#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().filter(
            items::id
                .nullable()
                .eq(secrets::table.select(secrets::item_id).single_value()),
        );
    });
}
