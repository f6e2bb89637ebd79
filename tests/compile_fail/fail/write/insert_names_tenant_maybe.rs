#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert((items::name.eq("Mug"), Some(items::tenant_id.eq(2))));
    });
}
