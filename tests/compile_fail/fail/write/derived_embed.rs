#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Insertable)]
#[diesel(table_name = items)]
struct Owner {
    tenant_id: i64,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Row<'a> {
    name: &'a str,
    #[diesel(embed)]
    owner: Owner,
}

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes<'a> {
    name: &'a str,
    #[diesel(embed)]
    owner: Owner,
}

fn main() {}
