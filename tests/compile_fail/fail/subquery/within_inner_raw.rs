#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let again = items.clone();
        let ids = again
            .query()
            .filter_dynamic(diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 1"))
            .select(items::id);
        let _ = items
            .query()
            .filter(items::id.within(ids))
            .count()
            .get_result::<i64>(session);
    });
}
