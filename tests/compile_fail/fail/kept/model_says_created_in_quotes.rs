#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    drafts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        at -> Timestamp,
    }
}

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id, created = "at")]
struct Draft {
    id: RowId<Draft>,
}

fn main() {}
