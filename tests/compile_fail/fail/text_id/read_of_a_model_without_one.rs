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
#[scoped(tenant = tenant_id)]
struct Note {
    id: String,
}

fn read(text: &str) -> Option<TextId<Note>> {
    text.parse().ok()
}

fn main() {}
