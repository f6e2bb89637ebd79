#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = settings)]
struct Changes<'a> {
    key: &'a str,
    value: &'a str,
}

fn main() {}
