#[path = "../../plant.rs"]
mod plant;

use plant::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = processes)]
struct NewProcess {
    id: TextId<Process>,
    name: String,
}

fn main() {}
