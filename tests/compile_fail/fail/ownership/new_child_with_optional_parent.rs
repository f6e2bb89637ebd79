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
#[scoped(parent(Item, on = item_id))]
struct Note {
    id: RowId<Note>,
    body: String,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = notes)]
struct NewNote<'a> {
    item_id: Option<RowId<Item>>,
    body: &'a str,
}

fn main() {}
