#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    labels (id) {
        id -> BigInt,
        owner -> Integer,
        item_id -> BigInt,
    }
}

diesel::joinable!(labels -> items (item_id));
diesel::allow_tables_to_appear_in_same_query!(labels, items);

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = labels)]
#[scoped(tenant = owner)]
struct Label {
    id: RowId<Label>,
}

fn main() {
    run_on_items(|items, _| {
        let _ = items.query().inner_join(labels::table);
    });
}
