#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&items.query()).to_string();
    });
}
