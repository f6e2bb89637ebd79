use diesel::prelude::*;
use tenancy::prelude::*;

diesel::table! {
    books (id) {
        id -> BigInt,
        tenant_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = books)]
#[scoped(tenant = tenant_id, public_prefix = "book")]
struct Book {
    id: RowId<Book>,
}

fn main() {}
