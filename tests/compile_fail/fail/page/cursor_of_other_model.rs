#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::Asc;
use gear::*;
use tenancy::Cursor;

/// A category's place is not an item's.
fn program(items: Repo<Item>, _: &mut Conn) {
    let category: Cursor<(Asc<categories::name>, Asc<categories::id>)> = "".parse().unwrap();
    let _ = items
        .query()
        .keyset((items::name.asc(), items::id.asc()))
        .after(&category);
}

fn main() {
    run_on_items(program);
}
