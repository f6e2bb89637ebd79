#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let again = items.clone();
        let both = again.query().select((items::id, items::name));
        let _ = items.query().filter(items::id.within(both));
    });
}
