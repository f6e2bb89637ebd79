#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{case_when, exists};

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().filter(
            case_when(exists(secrets::table.select(secrets::id)), items::id)
                .otherwise(0_i64)
                .gt(1_i64),
        );
    });
}
