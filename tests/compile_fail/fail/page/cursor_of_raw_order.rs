#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::Asc;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Text;
use gear::*;
use tenancy::Cursor;

/// An order is made of columns.
fn program(_: Repo<Item>, _: &mut Conn) {
    let _ = "".parse::<Cursor<Asc<SqlLiteral<Text>>>>();
}

fn main() {
    run_on_items(program);
}
