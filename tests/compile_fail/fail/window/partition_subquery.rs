#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::row_number;
use tenancy::dsl::{over, window};

fn main() {
    run_on_items(|items, _| {
        let secret = secrets::table.select(secrets::body).single_value();
        let _ = items
            .query()
            .select(over(row_number(), window().partition_by(secret)));
    });
}
