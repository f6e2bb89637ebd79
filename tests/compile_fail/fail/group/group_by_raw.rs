#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<String> = items
            .query()
            .group_by(sql::<Text>("(SELECT body FROM secrets)"))
            .select(sql::<Text>("1"))
            .load(session)
            .unwrap();
    });
}
