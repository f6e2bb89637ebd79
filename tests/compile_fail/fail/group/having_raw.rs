#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Bool;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<i64> = items
            .query()
            .group_by(items::id)
            .having(sql::<Bool>("1 = 1) OR (1 = 1"))
            .select(items::id)
            .load(session)
            .unwrap();
    });
}
