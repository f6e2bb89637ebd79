#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    eggs (id) {
        id -> BigInt,
        hen_id -> BigInt,
    }
}

diesel::table! {
    hens (id) {
        id -> BigInt,
        egg_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = eggs)]
#[scoped(parent(Hen, on = hen_id))]
struct Egg {
    id: RowId<Egg>,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = hens)]
#[scoped(parent(Egg, on = egg_id))]
struct Hen {
    id: RowId<Hen>,
}

fn main() {}
