#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let hidden = items::name.eq(sql::<Text>("(SELECT body FROM secrets)"));
        let _: Vec<Item> = items
            .query()
            .filter(items::weight.is_null().or(hidden))
            .load(session)
            .unwrap();
    });
}
