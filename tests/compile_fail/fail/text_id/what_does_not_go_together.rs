#[path = "../../plant.rs"]
mod plant;

use plant::*;

diesel::table! {
    notes (id) {
        id -> Text,
        tenant_id -> Text,
    }
}

diesel::table! {
    limits (process_id) {
        process_id -> Text,
    }
}

diesel::table! {
    seats (tenant_id, hall, id) {
        tenant_id -> Text,
        hall -> Text,
        id -> Text,
    }
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "note", type_id = "note")]
struct Twice {
    id: TextId<Twice>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "note", application_key)]
struct Chosen {
    id: TextId<Chosen>,
}

#[derive(Scoped)]
#[diesel(table_name = limits, primary_key(process_id))]
#[scoped(parent(Process, on = process_id), text_id = "limit")]
struct Shared {
    process_id: TextId<Process>,
}

#[derive(Scoped)]
#[diesel(table_name = seats, primary_key(tenant_id, hall, id))]
#[scoped(tenant = tenant_id, text_id = "seat")]
struct Seat {
    hall: String,
    id: TextId<Seat>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "note", touch = id)]
struct Kept {
    id: TextId<Kept>,
}

fn main() {}
