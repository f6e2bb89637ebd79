#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let all = secrets::table
            .select(secrets::item_id)
            .into_boxed::<diesel::sqlite::Sqlite>();
        let condition = items::id.eq_any(all);
        let _ = items.query().filter(&condition);
    });
}
