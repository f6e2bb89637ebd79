#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A computed value is not a column.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items
        .query()
        .keyset(((items::id + 1).desc(), items::id.asc()));
}

fn main() {
    run_on_items(program);
}
