#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let item: Item = items.find(RowId::from_raw(1)).first(session).unwrap();
        let _ = items.save(&item);
    });
}
