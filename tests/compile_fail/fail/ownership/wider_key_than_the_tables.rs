#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    notes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes, primary_key(tenant_id, id))]
#[scoped(tenant = tenant_id)]
struct Note {
    id: RowId<Note>,
}

fn main() {}
