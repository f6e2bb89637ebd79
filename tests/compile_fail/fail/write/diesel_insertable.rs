#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Insertable)]
#[diesel(table_name = items)]
struct Row<'a> {
    tenant_id: i64,
    category_id: i64,
    name: &'a str,
}

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert(&Row {
            tenant_id: 2,
            category_id: 3,
            name: "Mug",
        });
    });
}
