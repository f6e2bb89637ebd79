#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row<'a> {
    colour: &'a str,
}

fn main() {}
