#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::sql;
use diesel::sql_types::Text;
use gear::*;

/// Raw SQL has no value that a cursor could hold.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items.query().keyset((
        sql::<Text>("(SELECT name FROM secrets)").asc(),
        items::id.asc(),
    ));
}

fn main() {
    run_on_items(program);
}
