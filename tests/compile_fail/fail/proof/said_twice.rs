#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    badges (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        digest -> Text,
        updated_at -> Timestamp,
    }
}

#[derive(Scoped)]
#[diesel(table_name = badges)]
#[scoped(tenant = tenant_id, proof = digest, proof = digest)]
struct Badge {
    id: RowId<Badge>,
}

fn main() {}
