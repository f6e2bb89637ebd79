#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let db = open();
        let mut session = db.session(&scope(&db).read_only()).unwrap();
        let _ = items
            .insert((items::category_id.eq(1), items::name.eq("Mug")))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(1))
            .execute(&mut session);
    });
}
