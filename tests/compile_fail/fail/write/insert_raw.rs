#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let secret = sql::<Text>("(SELECT body FROM secrets)");
        let _ = items
            .insert((items::category_id.eq(1), items::name.eq(secret)))
            .execute(session);
    });
}
