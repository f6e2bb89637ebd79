#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row<'a> {
    tenant_id: i64,
    category_id: RowId<Category>,
    name: &'a str,
}

fn main() {}
