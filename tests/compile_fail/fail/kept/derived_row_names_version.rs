#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = plans)]
struct New<'a> {
    name: &'a str,
    version: i32,
}

fn main() {}
