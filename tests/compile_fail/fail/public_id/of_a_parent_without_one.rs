#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

diesel::table! {
    ribbons (mark_id) {
        mark_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = ribbons, primary_key(mark_id))]
#[scoped(parent(Mark, on = mark_id), public_id(parent))]
pub struct Ribbon {
    mark_id: RowId<Mark>,
}

fn main() {}
