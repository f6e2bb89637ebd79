#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(items as others: Others);

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().filter(others.field(items::name).eq("Tent"));
    });
}
