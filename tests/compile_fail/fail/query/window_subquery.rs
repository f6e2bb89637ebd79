#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count;

fn main() {
    run_on_items(|items, _| {
        let secret = secrets::table.select(secrets::body).single_value();
        let _ = items.query().select(count(items::id).partition_by(secret));
    });
}
