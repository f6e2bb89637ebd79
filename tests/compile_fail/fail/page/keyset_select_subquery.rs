#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A subquery would read any tenant's categories.
fn program(items: Repo<Item>, _: &mut Conn) {
    let foreign = categories::table.select(categories::name).single_value();
    let _ = items
        .query()
        .keyset(items::id.asc())
        .select((items::name, foreign));
}

fn main() {
    run_on_items(program);
}
