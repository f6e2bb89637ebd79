#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A page has a total beside its rows.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items.query().paginate(1, 2).load::<Item>(session);
}

fn main() {
    run_on_items(program);
}
