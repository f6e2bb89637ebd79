#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::exists;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .group_by(items::id)
            .having(exists(secrets::table.select(secrets::id)));
    });
}
