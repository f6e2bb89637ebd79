#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    badges (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

#[derive(Scoped)]
#[diesel(table_name = badges)]
#[scoped(tenant = tenant_id, written_by = directory)]
struct Badge {
    id: RowId<Badge>,
}

fn main() {}
