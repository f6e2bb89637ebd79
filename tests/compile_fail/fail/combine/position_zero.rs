#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let names = || items.query().select(items::name);
        let _ = names()
            .union(names())
            .order_by_position::<0>()
            .load::<String>(session);
    });
}
