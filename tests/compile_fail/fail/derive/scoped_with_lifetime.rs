#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Scoped)]
#[diesel(table_name = secrets)]
#[scoped(tenant = item_id)]
struct Secret<'a> {
    id: i64,
    body: &'a str,
}

fn main() {}
