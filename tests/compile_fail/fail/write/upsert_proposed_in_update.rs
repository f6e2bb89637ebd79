#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::proposed;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .update(RowId::from_raw(1))
            .set(items::name.eq(proposed(items::name)));
    });
}
