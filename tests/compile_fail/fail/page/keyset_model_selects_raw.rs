#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Text;
use gear::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
struct Sly {
    #[diesel(select_expression = sql::<Text>("(SELECT body FROM secrets)"))]
    #[diesel(select_expression_type = SqlLiteral<Text>)]
    #[allow(dead_code)]
    name: String,
}

/// Raw SQL could read anything, also in a struct.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .keyset(items::id.asc())
        .limit(2)
        .load_page::<Sly>(session);
}

fn main() {
    run_on_items(program);
}
