#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row {
    #[diesel(serialize_as = String)]
    name: &'static str,
}

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes {
    #[diesel(serialize_as = String)]
    name: &'static str,
}

fn main() {}
