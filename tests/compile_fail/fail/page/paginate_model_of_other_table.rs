#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A page of items has no categories.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .paginate(1, 2)
        .load_page::<Category>(session);
}

fn main() {
    run_on_items(program);
}
