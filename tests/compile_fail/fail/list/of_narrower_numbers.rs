#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().filter(items::weight.is_among([1_i64]));
    });
}
