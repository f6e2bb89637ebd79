#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(count(items::id).over().window_filter(items::id.gt(1)));
    });
}
