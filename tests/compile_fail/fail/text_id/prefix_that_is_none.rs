#[path = "../../plant.rs"]
mod plant;

use plant::*;

diesel::table! {
    notes (id) {
        id -> Text,
        tenant_id -> Text,
    }
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "")]
struct Empty {
    id: TextId<Empty>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, type_id = "Note")]
struct Upper {
    id: TextId<Upper>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "note_")]
struct Ended {
    id: TextId<Ended>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "note2")]
struct Digit {
    id: TextId<Digit>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = "abcdefghijklmnopqrstuvwxyzabcdefg")]
struct Long {
    id: TextId<Long>,
}

#[derive(Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, text_id = note)]
struct Unquoted {
    id: TextId<Unquoted>,
}

fn main() {}
