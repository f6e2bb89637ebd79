#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let rows = vec![(items::name.eq("Mug"), items::category_id.eq(1))];
        items.insert(&rows[..]).execute(session).unwrap();
    });
}
