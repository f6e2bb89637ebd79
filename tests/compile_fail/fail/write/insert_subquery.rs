#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let secret = secrets::table
            .select(secrets::body)
            .single_value()
            .assume_not_null();
        let _ = items.insert((items::category_id.eq(1), items::name.eq(secret)));
    });
}
