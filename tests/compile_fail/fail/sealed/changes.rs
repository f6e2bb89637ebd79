#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::IntoChanges;

struct Moved;

diesel::table! {
    elsewhere (id) {
        id -> BigInt,
        owner_id -> BigInt,
        tenant_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = elsewhere)]
#[scoped(tenant = owner_id)]
struct Elsewhere {
    id: i64,
}

type Column = diesel::dsl::Eq<elsewhere::tenant_id, i64>;

impl IntoChanges<items::table> for Moved {
    type Changes = <Column as IntoChanges<elsewhere::table>>::Changes;

    fn into_changes(self) -> Self::Changes {
        elsewhere::tenant_id.eq(2).into_changes()
    }
}

fn main() {}
