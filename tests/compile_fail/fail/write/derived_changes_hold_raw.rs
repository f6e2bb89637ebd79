#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::expression::SqlLiteral;
use diesel::sql_types::Text;

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes {
    name: SqlLiteral<Text>,
}

fn main() {
    run_on_items(|items, session| {
        let changes = Changes {
            name: diesel::dsl::sql("(SELECT body FROM secrets)"),
        };
        let _ = items
            .update(RowId::from_raw(1))
            .set(&changes)
            .execute(session);
    });
}
