#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::exists;

fn main() {
    run_on_items(|items, _| {
        let all = secrets::table
            .select(secrets::id)
            .into_boxed::<diesel::sqlite::Sqlite>();
        let _ = items.query().filter(exists(all));
    });
}
