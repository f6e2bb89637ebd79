#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{Select, SingleValue};

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
struct Peek {
    #[diesel(select_expression = secrets::table.select(secrets::body).single_value())]
    #[diesel(select_expression_type = SingleValue<Select<secrets::table, secrets::body>>)]
    name: Option<String>,
}

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Peek> = items.delete(items.query()).get_results(session).unwrap();
    });
}
