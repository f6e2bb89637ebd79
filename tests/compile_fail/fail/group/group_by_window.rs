#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::row_number;
use tenancy::dsl::{over, window};

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().group_by(over(row_number(), window()));
    });
}
