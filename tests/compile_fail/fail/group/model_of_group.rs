#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Item> = items
            .query()
            .group_by(items::category_id)
            .load(session)
            .unwrap();
    });
}
