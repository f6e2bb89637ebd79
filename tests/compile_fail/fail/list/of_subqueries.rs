#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let ids = secrets::table.select(secrets::id);
        let _ = items.query().filter(items::id.is_among(ids));
    });
}
