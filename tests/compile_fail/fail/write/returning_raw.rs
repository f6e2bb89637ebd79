#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<String> = items
            .delete(items.query())
            .returning(sql::<Text>("(SELECT body FROM secrets)"))
            .get_results(session)
            .unwrap();
    });
}
