#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    seats (hall, nr) {
        hall -> Integer,
        nr -> Integer,
        tenant_id -> BigInt,
    }
}

/// Who inserts a seat learns which seats other tenants have.
#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = seats, primary_key(hall, nr))]
#[scoped(tenant = tenant_id)]
struct Seat {
    hall: i32,
    nr: i32,
}

fn main() {}
