#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _ = items
            .query()
            .left_join(categories::table.on(diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 1")))
            .load::<(Item, Option<Category>)>(session);
    });
}
