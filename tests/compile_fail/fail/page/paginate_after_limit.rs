#[path = "../../gear.rs"]
mod gear;
use gear::*;

/// A limited query has no pages: the total would not be that of all rows.
fn program(items: Repo<Item>, session: &mut Conn) {
    let _ = items
        .query()
        .limit(5)
        .paginate(1, 2)
        .load_page::<Item>(session);
}

fn main() {
    run_on_items(program);
}
