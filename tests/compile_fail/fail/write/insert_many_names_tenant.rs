#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert(vec![(items::name.eq("Mug"), items::tenant_id.eq(2))]);
    });
}
