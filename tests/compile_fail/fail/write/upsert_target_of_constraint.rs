#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .insert((items::category_id.eq(1), items::name.eq("Mug")))
            .on_conflict("items_tenant_id_name")
            .do_nothing();
    });
}
