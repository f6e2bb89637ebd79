#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .update(RowId::<Category>::from_raw(1))
            .set(items::name.eq("Lantern"));
    });
}
