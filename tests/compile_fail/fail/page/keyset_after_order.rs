#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A query has one order.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items.query().order(items::name).keyset(items::id.asc());
}

fn main() {
    run_on_items(program);
}
