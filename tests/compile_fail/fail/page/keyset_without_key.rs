#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// Two items of one weight: a page could end between them, and lose the second.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .keyset((items::weight.asc(), items::name.asc()))
        .limit(2)
        .load_page::<Item>(session);
}

fn main() {
    run_on_items(program);
}
