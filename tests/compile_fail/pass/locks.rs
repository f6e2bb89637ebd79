#[path = "../gear.rs"]
mod gear;

use gear::*;

/// They are made on any backend; those that have locks run them.
fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .filter(items::id.gt(1))
            .order(items::id)
            .limit(1)
            .for_update();
        let _ = items.query().for_update().limit(1).skip_locked();
        let _ = items.find(RowId::from_raw(1)).for_no_key_update().no_wait();
        let _ = items.query().select(items::id).for_share().offset(1);
        let _ = items
            .query()
            .into_boxed::<diesel::sqlite::Sqlite>()
            .for_key_share();
    });
}
