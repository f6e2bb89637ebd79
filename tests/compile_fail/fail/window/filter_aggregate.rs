#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count, count_star};
use tenancy::dsl::filtered;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(filtered(count_star(), count(items::id).gt(1)));
    });
}
