#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Item = items
            .query()
            .for_share()
            .skip_locked()
            .first(session)
            .unwrap();
    });
}
