#[path = "../../gear.rs"]
mod gear;
use diesel::dsl::Asc;
use gear::*;
use tenancy::Cursor;

/// A cursor comes from a page, or from its text.
fn program(_: Repo<Item>, _: &mut Conn) {
    let _: Cursor<Asc<items::id>> = Cursor::new(Vec::new());
}

fn main() {
    run_on_items(program);
}
