#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;

type Condition = dyn BoxableExpression<items::table, Sqlite, SqlType = Bool>;

fn main() {
    run_on_items(|items, _| {
        let condition: Box<Condition> =
            Box::new(diesel::dsl::exists(secrets::table.select(secrets::id)));
        let _ = items.query().filter(&*condition);
    });
}
