#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert((
            items::tenant_id.eq(2),
            items::category_id.eq(3),
            items::name.eq("Mug"),
        ));
    });
}
