#[path = "../../gear.rs"]
mod gear;

use gear::*;

/// A box of a column passes for the column, and says another name.
impl Column for Box<items::category_id> {
    type Table = items::table;
    const NAME: &'static str = "tenant_id";
}

fn main() {
    run_on_items(|items, session| {
        items
            .insert((items::category_id.eq(1), items::name.eq("Mug")))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set((items::name.eq("a"), Box::new(items::category_id).eq(2_i64)))
            .execute(session)
            .unwrap();
    });
}
