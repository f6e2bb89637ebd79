#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes<'a> {
    tenant_id: i64,
    name: &'a str,
}

fn main() {}
