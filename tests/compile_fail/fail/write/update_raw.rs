#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::Text;

fn main() {
    run_on_items(|items, session| {
        let secret = sql::<Text>("(SELECT body FROM secrets)");
        let _ = items
            .update(RowId::from_raw(1))
            .set(items::name.eq(secret))
            .execute(session);
    });
}
