#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _ = items.update(RowId::from_raw(1)).execute(session);
    });
}
