#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    drafts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        one -> Timestamp,
        two -> Timestamp,
    }
}

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id, created = one, created = two)]
struct Draft {
    id: RowId<Draft>,
}

fn main() {}
