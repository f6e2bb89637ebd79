#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count_star, row_number};
use tenancy::dsl::{filtered, over, window};

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(filtered(count_star(), over(row_number(), window()).gt(1)));
    });
}
