#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let secret = secrets::table.select(secrets::body).single_value();
        let _ = items.query().group_by(secret);
    });
}
