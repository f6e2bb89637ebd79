#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(items as others: Others);

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().inner_join(others);
    });
}
