#[path = "../../gear.rs"]
mod gear;

use gear::*;

/// diesel takes a borrowed assignment for a new row, whatever its target.
impl Column for &'static items::name {
    type Table = items::table;
    const NAME: &'static str = "id";
}

fn main() {
    run_on_items(|items, session| {
        let name = ExpressionMethods::eq(&items::name, "4");
        items
            .insert((&name, items::category_id.eq(1_i64)))
            .execute(session)
            .unwrap();
    });
}
