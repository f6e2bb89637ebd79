#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A query that leaves rows out already has no pages.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .offset(5)
        .paginate(1, 2)
        .load_page::<Item>(session);
}

fn main() {
    run_on_items(program);
}
