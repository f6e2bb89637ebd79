#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let again = items.clone();
        let _ = items.delete(again.query().union(again.query()));
    });
}
