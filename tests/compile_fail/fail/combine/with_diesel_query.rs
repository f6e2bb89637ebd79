#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(items::name)
            .union(secrets::table.select(secrets::body));
    });
}
