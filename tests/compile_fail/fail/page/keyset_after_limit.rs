#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// The limit is said behind the order.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items.query().limit(5).keyset(items::id.asc());
}

fn main() {
    run_on_items(program);
}
