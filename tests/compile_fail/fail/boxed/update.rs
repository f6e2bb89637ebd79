#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let boxed = items.query().into_boxed::<diesel::sqlite::Sqlite>();
        let _ = items.update(boxed);
    });
}
