#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let names = items.query().select(items::name);
        let ids = items.query().select(items::id);
        let _ = names.union(ids).load::<String>(session);
    });
}
