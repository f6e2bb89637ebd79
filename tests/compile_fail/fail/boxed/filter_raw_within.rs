#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Bool;

fn main() {
    run_on_items(|items, session| {
        let mut query = items.query().into_boxed();
        query = query.filter(
            items::id
                .gt(0)
                .or(sql::<Bool>("EXISTS (SELECT 1 FROM secrets)")),
        );
        let _: Vec<Item> = query.load(session).unwrap();
    });
}
