#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = notes)]
struct New<'a> {
    name: &'a str,
    created_at: chrono::NaiveDateTime,
}

fn main() {}
