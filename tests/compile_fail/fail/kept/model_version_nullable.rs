#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    drafts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        version -> Nullable<Integer>,
    }
}

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id, version = version)]
struct Draft {
    id: RowId<Draft>,
}

fn main() {}
