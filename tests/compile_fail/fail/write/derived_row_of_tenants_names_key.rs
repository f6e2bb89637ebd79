#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = customers)]
struct Row<'a> {
    id: i64,
    name: &'a str,
}

fn main() {}
