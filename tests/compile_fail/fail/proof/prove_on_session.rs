#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    badges (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        digest -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = badges)]
#[scoped(tenant = tenant_id, proof = digest)]
struct Badge {
    id: RowId<Badge>,
}

fn main() {
    run(|_, session| {
        let _ = tenancy::prove::<Badge, Badge, _>(session, "digest");
    });
}
