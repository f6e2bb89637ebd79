#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    main.tenancy_0001 (id) {
        id -> BigInt,
        item_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_0001)]
#[scoped(parent(Item, on = item_id))]
struct Note {
    id: RowId<Note>,
}

fn main() {}
