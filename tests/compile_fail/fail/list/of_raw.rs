#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Item> = items
            .query()
            .filter(sql::<Text>("(SELECT body FROM secrets)").is_among(["a"]))
            .load(session)
            .unwrap();
    });
}
