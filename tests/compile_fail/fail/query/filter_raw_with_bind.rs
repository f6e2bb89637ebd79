#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};

fn main() {
    run_on_items(|items, session| {
        let condition = sql::<Bool>("name = ").bind::<Text, _>("Tent");
        let _: Vec<Item> = items.query().filter(condition).load(session).unwrap();
    });
}
