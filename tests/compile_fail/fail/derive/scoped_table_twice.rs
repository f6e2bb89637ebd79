#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Scoped)]
#[diesel(table_name = items)]
#[scoped(global)]
struct Anything {
    id: RowId<Item>,
}

fn main() {}
