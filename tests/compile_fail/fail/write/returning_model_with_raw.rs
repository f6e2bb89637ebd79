#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Text;

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
struct Peek {
    #[diesel(select_expression = sql::<Text>("(SELECT body FROM secrets)"))]
    #[diesel(select_expression_type = SqlLiteral<Text>)]
    name: String,
}

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Peek> = items.delete(items.query()).get_results(session).unwrap();
    });
}
