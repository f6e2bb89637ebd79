#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A category stands in as many rows of the join as it has items: its key does not tell
/// them apart.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items
        .query()
        .inner_join(categories::table)
        .keyset(items::id.asc());
}

fn main() {
    run_on_items(program);
}
