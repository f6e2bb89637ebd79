#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    drafts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        gone_at -> Timestamp,
    }
}

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id, soft_delete = gone_at)]
struct Draft {
    id: RowId<Draft>,
}

fn main() {}
