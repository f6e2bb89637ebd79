#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::expression::SqlLiteral;
use diesel::sql_types::Text;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row {
    category_id: RowId<Category>,
    name: SqlLiteral<Text>,
}

fn main() {
    run_on_items(|items, session| {
        let row = Row {
            category_id: RowId::from_raw(1),
            name: diesel::dsl::sql("(SELECT body FROM secrets)"),
        };
        let _ = items.insert(&row).execute(session);
    });
}
