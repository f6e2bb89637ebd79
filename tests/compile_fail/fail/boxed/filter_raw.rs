#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Bool;

fn main() {
    run_on_items(|items, session| {
        let mut query = items.query().into_boxed();
        query = query.filter(sql::<Bool>("1 = 1) OR (1 = 1"));
        let _: Vec<Item> = query.load(session).unwrap();
    });
}
