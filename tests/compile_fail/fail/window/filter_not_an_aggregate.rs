#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::row_number;
use tenancy::dsl::filtered;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(filtered(row_number(), items::id.gt(1)));
    });
}
