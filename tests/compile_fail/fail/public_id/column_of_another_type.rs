use diesel::prelude::*;
use tenancy::prelude::*;

diesel::table! {
    books (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        public_id -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = books)]
#[scoped(tenant = tenant_id, public_id = public_id)]
struct Book {
    id: RowId<Book>,
}

fn main() {}
