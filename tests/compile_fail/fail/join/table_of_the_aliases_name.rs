#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias! {
    const OTHERS: Alias<Others> = items as Categories;
}

/// The database does not tell names apart by their case.
fn main() {
    run_on_items(|items, session| {
        let _ = items
            .query()
            .left_join(OTHERS.on(OTHERS.field(items::weight).gt(items::weight)))
            .left_join(categories::table.on(categories::id.eq(items::category_id)))
            .count()
            .get_result::<i64>(session);
    });
}
