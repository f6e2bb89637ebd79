#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// Each column says its direction.
fn program(items: Repo<Item>, _: &mut Conn) {
    let _ = items.query().keyset((items::name, items::id));
}

fn main() {
    run_on_items(program);
}
