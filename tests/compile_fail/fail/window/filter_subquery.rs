#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count_star, exists};
use tenancy::dsl::filtered;

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().select(filtered(
            count_star(),
            exists(secrets::table.select(secrets::id)),
        ));
    });
}
