#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = notes)]
struct Changes<'a> {
    name: &'a str,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
