#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{exists, not};

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().filter(
            items::name
                .eq("Tent")
                .or(not(exists(secrets::table.select(secrets::id)))),
        );
    });
}
