#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = notes)]
struct Changes<'a> {
    name: &'a str,
    updated_at: chrono::NaiveDateTime,
}

fn main() {}
