#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = secrets)]
struct Row<'a> {
    body: &'a str,
}

fn main() {}
