#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let db = open();
        let mut session = db.session(&scope(&db).read_only()).unwrap();
        let _ = items.delete(RowId::from_raw(1)).execute(&mut session);
    });
}
