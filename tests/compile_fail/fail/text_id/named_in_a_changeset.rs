#[path = "../../plant.rs"]
mod plant;

use plant::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = processes)]
struct Changed {
    id: TextId<Process>,
}

fn main() {}
