//! What the programs share: books with public ids, and the repositories of a scope.

#![allow(dead_code, unused_imports)]

pub use diesel::prelude::*;
pub use tenancy::prelude::*;
pub use tenancy::{IdOrPublicId, IntegerIds};

diesel::table! {
    authors (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        public_id -> tenancy::sql_types::Id128,
        name -> Text,
    }
}

diesel::table! {
    books (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        public_id -> tenancy::sql_types::Id128,
        title -> Text,
    }
}

diesel::table! {
    covers (book_id) {
        book_id -> BigInt,
        color -> Text,
    }
}

diesel::table! {
    marks (id) {
        id -> BigInt,
        book_id -> BigInt,
        page -> Integer,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = authors)]
#[scoped(tenant = tenant_id, public_id = public_id)]
pub struct Author {
    pub id: RowId<Author>,
    pub public_id: PublicId<Author>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = books)]
#[scoped(tenant = tenant_id, public_id = public_id, public_prefix = "book")]
pub struct Book {
    pub id: RowId<Book>,
    pub public_id: PublicId<Book>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = covers, primary_key(book_id))]
#[scoped(parent(Book, on = book_id), public_id(parent))]
pub struct Cover {
    pub book_id: RowId<Book>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = marks)]
#[scoped(parent(Book, on = book_id))]
pub struct Mark {
    pub id: RowId<Mark>,
}
