#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Item> = items.query().for_update().load(session).unwrap();
    });
}
