#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::sql;
use diesel::sql_types::Text;
use gear::*;

/// Raw SQL could read anything.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .keyset(items::id.asc())
        .select(sql::<Text>("(SELECT body FROM secrets)"))
        .limit(2)
        .load_page::<String>(session);
}

fn main() {
    run_on_items(program);
}
