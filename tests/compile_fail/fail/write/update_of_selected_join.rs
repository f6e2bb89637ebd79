#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.update(
            items
                .query()
                .inner_join(categories::table)
                .select(items::name),
        );
    });
}
