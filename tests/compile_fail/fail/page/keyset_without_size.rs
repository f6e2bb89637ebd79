#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A page has a size.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .keyset(items::id.asc())
        .load_page::<Item>(session);
}

fn main() {
    run_on_items(program);
}
