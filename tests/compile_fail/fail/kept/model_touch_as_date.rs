#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    drafts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        changed -> Date,
    }
}

#[derive(Scoped)]
#[diesel(table_name = drafts)]
#[scoped(tenant = tenant_id, touch = changed)]
struct Draft {
    id: RowId<Draft>,
}

fn main() {}
