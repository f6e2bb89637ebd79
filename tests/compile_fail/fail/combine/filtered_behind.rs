#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let names = || items.query().select(items::name);
        let _ = names().union(names()).filter(items::name.eq("Tent"));
    });
}
