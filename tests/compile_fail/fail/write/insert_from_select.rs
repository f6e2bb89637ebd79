#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert(secrets::table.select((secrets::item_id, secrets::body)));
    });
}
