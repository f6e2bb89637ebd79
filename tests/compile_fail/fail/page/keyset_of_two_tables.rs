#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// All columns are of one table.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items
        .query()
        .keyset((categories::name.asc(), items::id.asc()));
}

fn main() {
    run_on_items(program);
}
