#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count_star;
use tenancy::dsl::filtered;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(filtered(count_star(), secrets::id.gt(1)));
    });
}
