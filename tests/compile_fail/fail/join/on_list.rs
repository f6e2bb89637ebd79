#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _ = items
            .query()
            .inner_join(categories::table.on(categories::id.eq_any([1, 2])))
            .load::<(Item, Category)>(session);
    });
}
