#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct New<'a> {
    id: RowId<Item>,
    category_id: RowId<Category>,
    name: &'a str,
}

fn main() {}
