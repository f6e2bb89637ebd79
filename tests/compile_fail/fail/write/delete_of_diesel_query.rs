#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.delete(items::table.filter(items::id.gt(0)));
    });
}
