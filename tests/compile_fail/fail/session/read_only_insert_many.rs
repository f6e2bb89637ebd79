#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let db = open();
        let mut session = db.session(&scope(&db).read_only()).unwrap();
        let category_id = RowId::from_raw(1);
        let _ = items
            .insert([NewItem {
                category_id,
                name: "Mug",
            }])
            .execute(&mut session);
    });
}
