#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let again = items.clone();
        let ids = again.query().select(items::id);
        let _ = items.query().filter(parts::item_id.within(ids));
    });
}
