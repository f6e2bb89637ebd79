#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Bool;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Item> = items
            .query()
            .filter(sql::<Bool>("1 = 1"))
            .load(session)
            .unwrap();
    });
}
