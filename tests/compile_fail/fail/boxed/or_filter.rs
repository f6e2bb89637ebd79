#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .into_boxed::<diesel::sqlite::Sqlite>()
            .or_filter(items::id.gt(1));
    });
}
