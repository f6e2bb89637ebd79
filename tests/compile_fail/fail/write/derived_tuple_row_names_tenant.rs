#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row<'a>(
    #[diesel(column_name = name)] &'a str,
    #[diesel(column_name = tenant_id)] i64,
);

fn main() {}
