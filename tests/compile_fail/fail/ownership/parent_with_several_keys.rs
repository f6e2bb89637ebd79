#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    notes (id) {
        id -> BigInt,
        setting_key -> Text,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(parent(Setting, on = setting_key))]
struct Note {
    id: RowId<Note>,
}

fn main() {}
