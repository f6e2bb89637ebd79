#[path = "../../plant.rs"]
mod plant;

use plant::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = versions)]
struct NewVersion {
    id: TextId<Version>,
    number: i32,
}

fn main() {}
