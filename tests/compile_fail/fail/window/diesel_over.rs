#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::row_number;

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().select(row_number().over());
    });
}
