#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<String> = items
            .query()
            .select(items::name)
            .group_by(items::category_id)
            .load(session)
            .unwrap();
    });
}
