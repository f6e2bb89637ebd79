#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count;
use tenancy::dsl::{distinct, over, window};

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(over(distinct(count(items::id)), window()));
    });
}
