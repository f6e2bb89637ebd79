#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id)]
struct Draft {
    id: i64,
}

fn main() {}
