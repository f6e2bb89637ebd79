#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row<N> {
    name: N,
}

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes<N> {
    name: N,
}

fn main() {}
