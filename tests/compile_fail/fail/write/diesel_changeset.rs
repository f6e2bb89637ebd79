#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(AsChangeset)]
#[diesel(table_name = items)]
struct Changes<'a> {
    tenant_id: i64,
    name: &'a str,
}

fn main() {
    run_on_items(|items, _| {
        let _ = items.update(RowId::from_raw(1)).set(&Changes {
            tenant_id: 2,
            name: "Mug",
        });
    });
}
