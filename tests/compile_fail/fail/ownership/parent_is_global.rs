#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    notes (id) {
        id -> BigInt,
        item_id -> BigInt,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(parent(Unit, on = item_id))]
struct Note {
    id: RowId<Note>,
    body: String,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = notes)]
struct NewNote {
    item_id: RowId<Unit>,
}

fn main() {}
