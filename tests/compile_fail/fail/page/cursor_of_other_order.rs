#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::{Asc, Desc};
use gear::*;
use tenancy::Cursor;

/// A place in one order is no place in another.
fn program(items: Repo<Item>, _: &mut Conn) {
    let turned: Cursor<(Asc<items::name>, Desc<items::id>)> = "".parse().unwrap();
    let _ = items
        .query()
        .keyset((items::name.asc(), items::id.asc()))
        .before(&turned);
}

fn main() {
    run_on_items(program);
}
