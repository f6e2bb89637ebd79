#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::dsl::{CurrentRow, preceding, window};

fn main() {
    run_on_items(|items, _| {
        let _ = window().range(preceding::<1>(), CurrentRow);
        let _ = items;
    });
}
