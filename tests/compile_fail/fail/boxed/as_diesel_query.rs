#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::exists;

fn main() {
    run_on_items(|items, _| {
        let boxed = items.query().into_boxed::<diesel::sqlite::Sqlite>();
        let _ = categories::table.filter(exists(boxed));
    });
}
