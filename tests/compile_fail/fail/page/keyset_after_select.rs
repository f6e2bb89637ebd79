#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// The selection is said behind the order.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items.query().select(items::name).keyset(items::id.asc());
}

fn main() {
    run_on_items(program);
}
