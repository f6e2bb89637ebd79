#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert((
            items::id.eq(9_i64),
            items::category_id.eq(1_i64),
            items::name.eq("Mug"),
        ));
    });
}
