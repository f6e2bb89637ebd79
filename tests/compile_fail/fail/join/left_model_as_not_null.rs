#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let rows: Vec<(Item, Part)> = items.query().left_join(parts::table).load(session).unwrap();
        let _ = rows;
    });
}
