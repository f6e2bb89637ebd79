#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = notes)]
struct Changes<'a> {
    name: &'a str,
    created_at: chrono::NaiveDateTime,
}

fn main() {}
