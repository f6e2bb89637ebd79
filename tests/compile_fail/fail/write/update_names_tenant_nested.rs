#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items.update(RowId::from_raw(1)).set((
            items::name.eq("Lantern"),
            (items::weight.eq(1), items::tenant_id.eq(2)),
        ));
    });
}
