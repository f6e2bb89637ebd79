#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A box of a column passes for the column, and says another name.
impl Column for Box<items::name> {
    type Table = items::table;
    const NAME: &'static str = "id";
}

fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .keyset(Box::new(items::name).asc())
        .limit(2)
        .load_page::<Item>(session);
}

fn main() {
    run_on_items(program);
}
