#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = secrets::table
            .select(secrets::body)
            .union(items.query().select(items::name));
    });
}
