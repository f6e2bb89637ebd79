#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count_star, exists};
use tenancy::dsl::{filtered, over, window};

fn main() {
    run_on_items(|items, _| {
        let only = filtered(count_star(), exists(secrets::table.select(secrets::id)));
        let _ = items.query().select(over(only, window()));
    });
}
