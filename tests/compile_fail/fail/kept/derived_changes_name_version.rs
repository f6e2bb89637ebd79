#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = plans)]
struct Changes<'a> {
    name: &'a str,
    #[diesel(column_name = version)]
    number: Option<i32>,
}

fn main() {}
