#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count_star;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(count_star().over().window_filter(items::id.gt(1)));
    });
}
