#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count;
use tenancy::dsl::distinct;

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().select(distinct(count(secrets::id)));
    });
}
