#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::row_number;
use tenancy::dsl::{over, window};

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(over(row_number(), window().order_by(secrets::body.desc())));
    });
}
