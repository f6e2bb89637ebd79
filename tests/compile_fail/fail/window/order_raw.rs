#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{row_number, sql};
use diesel::sql_types::Text;
use tenancy::dsl::{over, window};

fn main() {
    run_on_items(|items, session| {
        let _: i64 = items
            .query()
            .select(over(
                row_number(),
                window().order_by(sql::<Text>("(SELECT body FROM secrets)")),
            ))
            .first(session)
            .unwrap();
    });
}
