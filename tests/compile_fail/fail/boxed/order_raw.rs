#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Item> = items
            .query()
            .into_boxed()
            .order(sql::<Text>("(SELECT body FROM secrets)"))
            .load(session)
            .unwrap();
    });
}
