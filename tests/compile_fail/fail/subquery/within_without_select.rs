#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let again = items.clone();
        let _ = items.query().filter(items::id.within(again.query()));
    });
}
