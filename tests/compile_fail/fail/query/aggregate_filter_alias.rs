#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count, exists};

diesel::alias!(secrets as others: Others);

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().select(
            count(items::id)
                .aggregate_filter(exists(others.select(others.field(secrets::item_id)))),
        );
    });
}
