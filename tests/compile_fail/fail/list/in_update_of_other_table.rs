#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.update(items.query().filter(secrets::id.is_not_among([1])));
    });
}
