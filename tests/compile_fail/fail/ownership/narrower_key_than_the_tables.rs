#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    notes (tenant_id, id) {
        id -> BigInt,
        tenant_id -> BigInt,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id)]
struct Note {
    id: RowId<Note>,
}

fn main() {}
