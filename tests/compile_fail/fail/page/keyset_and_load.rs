#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A page has cursors beside its rows.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .keyset(items::id.asc())
        .limit(2)
        .load::<Item>(session);
}

fn main() {
    run_on_items(program);
}
