#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = diesel::query_builder::AsQuery::as_query(items.query());
    });
}
