#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    boxes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
    }
}

diesel::table! {
    notes (id) {
        id -> BigInt,
        box_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = boxes)]
#[scoped(tenant = tenant_id)]
struct Boxed {
    id: RowId<Boxed>,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(parent(Boxed, on = box_id))]
struct Note {
    id: RowId<Note>,
}

fn main() {}
