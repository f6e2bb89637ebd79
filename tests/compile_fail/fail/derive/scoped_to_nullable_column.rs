#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    drafts (id) {
        id -> BigInt,
        tenant_id -> Nullable<BigInt>,
    }
}

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id)]
struct Draft {
    id: i64,
}

fn main() {}
