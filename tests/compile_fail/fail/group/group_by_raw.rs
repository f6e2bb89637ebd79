#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count_star, sql};
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<i64> = items
            .query()
            .group_by(sql::<Text>("(SELECT body FROM secrets)"))
            .select(count_star())
            .load(session)
            .unwrap();
    });
}
