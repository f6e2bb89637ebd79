#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row<'a> {
    #[diesel(column_name = tenant_id)]
    owner: i64,
    category_id: RowId<Category>,
    name: &'a str,
}

fn main() {}
