#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Scoped)]
#[diesel(table_name = secrets)]
#[scoped(tenant = item_id)]
struct Secret<T> {
    id: T,
}

fn main() {}
