#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    badges (id) {
        id -> BigInt,
        thing_id -> BigInt,
        digest -> Text,
    }
}

#[derive(Scoped)]
#[diesel(table_name = badges)]
#[scoped(parent(Thing, on = thing_id), proof = digest)]
pub struct Badge {
    id: RowId<Badge>,
}

fn main() {}
