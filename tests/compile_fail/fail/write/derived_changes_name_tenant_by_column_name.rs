#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes<'a> {
    #[diesel(column_name = tenant_id)]
    owner: Option<i64>,
    name: &'a str,
}

fn main() {}
