#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// The columns are those of the query's table.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items
        .query()
        .keyset((categories::name.asc(), categories::id.asc()));
}

fn main() {
    run_on_items(program);
}
