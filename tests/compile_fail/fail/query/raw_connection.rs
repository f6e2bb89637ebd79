#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let mut raw = SqliteConnection::establish(":memory:").unwrap();
        let _: Vec<Item> = items.query().load(&mut raw).unwrap();
    });
}
