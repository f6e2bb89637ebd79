#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    notes (id) {
        id -> BigInt,
        item_id -> Nullable<BigInt>,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = item_id, global_rows)]
struct Note {
    id: RowId<Note>,
    body: String,
}

fn main() {
    run(|scope, _| {
        let notes = Repo::<Note>::new(scope);
        let id = RowId::<Note>::from_raw(1);
        let _ = notes.update(id).set(notes::item_id.eq(None::<i64>));
    });
}
