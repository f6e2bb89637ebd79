#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes<'a> {
    id: RowId<Item>,
    name: &'a str,
}

fn main() {}
