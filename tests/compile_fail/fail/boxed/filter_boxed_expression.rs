#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;

fn main() {
    run_on_items(|items, _| {
        let condition: Box<dyn BoxableExpression<items::table, Sqlite, SqlType = Bool>> =
            Box::new(items::id.gt(1));
        let _ = items
            .query()
            .into_boxed::<diesel::sqlite::Sqlite>()
            .filter(condition);
    });
}
