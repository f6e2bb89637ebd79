#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::first_value;
use tenancy::dsl::{UnboundedFollowing, following};

/// Behind the last row there is none.
fn main() {
    run_on_items(|items, session| {
        let behind = window().rows(following::<1>(), UnboundedFollowing);
        let _: Vec<String> = items
            .query()
            .select(over(first_value(items::name), behind))
            .load(session)
            .unwrap();
    });
}
