#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let on: Box<
            dyn BoxableExpression<
                    categories::table,
                    diesel::sqlite::Sqlite,
                    SqlType = diesel::sql_types::Bool,
                >,
        > = Box::new(categories::id.gt(0));
        let _ = items.query().inner_join(categories::table.on(on));
    });
}
