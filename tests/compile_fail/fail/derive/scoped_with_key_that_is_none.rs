#[path = "../../gear.rs"]
mod gear;

use gear::*;

struct Name(String);

#[derive(Scoped)]
#[diesel(table_name = secrets)]
#[scoped(tenant = item_id, key = Name)]
struct Secret {
    id: i64,
}

fn main() {}
