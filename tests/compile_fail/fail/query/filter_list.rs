#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Item> = items
            .query()
            .filter(items::name.eq_any(vec!["Tent", "Lamp"]))
            .load(session)
            .unwrap();
    });
}
