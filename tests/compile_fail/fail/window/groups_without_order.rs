#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::dsl::{CurrentRow, UnboundedPreceding, window};

fn main() {
    run_on_items(|items, _| {
        let _ = window().groups(UnboundedPreceding, CurrentRow);
        let _ = items;
    });
}
