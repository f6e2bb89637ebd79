//! The same two tables with each kind of identifier: numbers alone, numbers with a public id
//! beside them, and UUIDs for keys.

/// A kind of identifier: what its rows are found by.
pub(crate) trait Kind {
    /// The key of an author, which a book refers to.
    type Author: Copy;
    /// The key of a book.
    type Book: Copy;
}

/// Integers alone.
pub(crate) mod plain {
    use diesel::prelude::*;
    use tenancy::UuidV7;
    use tenancy::prelude::*;

    diesel::table! {
        authors (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
        }
    }

    diesel::table! {
        books (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            author_id -> BigInt,
            title -> Text,
        }
    }

    diesel::joinable!(books -> authors (author_id));
    diesel::allow_tables_to_appear_in_same_query!(authors, books);

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = authors)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Author {
        id: RowId<Author>,
    }

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = books)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Book {
        id: RowId<Book>,
    }

    #[derive(Debug, ScopedInsertable)]
    #[diesel(table_name = authors)]
    pub(crate) struct NewAuthor<'a> {
        name: &'a str,
    }

    #[derive(Debug, ScopedInsertable)]
    #[diesel(table_name = books)]
    pub(crate) struct NewBook<'a> {
        author_id: RowId<Author>,
        title: &'a str,
    }

    #[derive(Debug)]
    pub(crate) struct Kind;

    impl super::Kind for Kind {
        type Author = RowId<Author>;
        type Book = RowId<Book>;
    }

    pub(crate) fn new_author<'a>(name: &'a str, _: &UuidV7) -> NewAuthor<'a> {
        NewAuthor { name }
    }

    pub(crate) fn new_book<'a>(
        author_id: RowId<Author>,
        title: &'a str,
        _: &UuidV7,
    ) -> NewBook<'a> {
        NewBook { author_id, title }
    }

    /// A key in a condition.
    pub(crate) fn bound(key: RowId<Book>) -> RowId<Book> {
        key
    }
}

/// Integers, and a public id beside them. Of which version it is, says the database's source of
/// ids.
pub(crate) mod public {
    use diesel::prelude::*;
    use tenancy::UuidV7;
    use tenancy::prelude::*;

    diesel::table! {
        authors (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
            public_id -> tenancy::sql_types::Id128,
        }
    }

    diesel::table! {
        books (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            author_id -> BigInt,
            title -> Text,
            public_id -> tenancy::sql_types::Id128,
        }
    }

    diesel::joinable!(books -> authors (author_id));
    diesel::allow_tables_to_appear_in_same_query!(authors, books);

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = authors)]
    #[scoped(tenant = tenant_id, public_id = public_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Author {
        id: RowId<Author>,
    }

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = books)]
    #[scoped(tenant = tenant_id, public_id = public_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Book {
        id: RowId<Book>,
    }

    #[derive(Debug, ScopedInsertable)]
    #[diesel(table_name = authors)]
    pub(crate) struct NewAuthor<'a> {
        name: &'a str,
    }

    #[derive(Debug, ScopedInsertable)]
    #[diesel(table_name = books)]
    pub(crate) struct NewBook<'a> {
        author_id: RowId<Author>,
        title: &'a str,
    }

    #[derive(Debug)]
    pub(crate) struct Kind;

    impl super::Kind for Kind {
        type Author = RowId<Author>;
        type Book = RowId<Book>;
    }

    pub(crate) fn new_author<'a>(name: &'a str, _: &UuidV7) -> NewAuthor<'a> {
        NewAuthor { name }
    }

    pub(crate) fn new_book<'a>(
        author_id: RowId<Author>,
        title: &'a str,
        _: &UuidV7,
    ) -> NewBook<'a> {
        NewBook { author_id, title }
    }

    /// A key in a condition.
    pub(crate) fn bound(key: RowId<Book>) -> RowId<Book> {
        key
    }
}

/// UUIDs of version 7 for keys, and nothing beside them.
pub(crate) mod keyed {
    use diesel::prelude::*;
    use tenancy::prelude::*;
    pub(crate) use tenancy::sql_types::id128 as bound;
    use tenancy::{IdSource, UuidV7};
    use uuid::Uuid;

    diesel::table! {
        authors (id) {
            id -> tenancy::sql_types::Id128,
            tenant_id -> BigInt,
            name -> Text,
        }
    }

    diesel::table! {
        books (id) {
            id -> tenancy::sql_types::Id128,
            tenant_id -> BigInt,
            author_id -> tenancy::sql_types::Id128,
            title -> Text,
        }
    }

    diesel::joinable!(books -> authors (author_id));
    diesel::allow_tables_to_appear_in_same_query!(authors, books);

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = authors)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Author {
        id: Uuid,
    }

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = books)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Book {
        id: Uuid,
    }

    #[derive(Debug, ScopedInsertable)]
    #[diesel(table_name = authors)]
    pub(crate) struct NewAuthor<'a> {
        id: Uuid,
        name: &'a str,
    }

    #[derive(Debug, ScopedInsertable)]
    #[diesel(table_name = books)]
    pub(crate) struct NewBook<'a> {
        id: Uuid,
        author_id: Uuid,
        title: &'a str,
    }

    #[derive(Debug)]
    pub(crate) struct Kind;

    impl super::Kind for Kind {
        type Author = Uuid;
        type Book = Uuid;
    }

    pub(crate) fn new_author<'a>(name: &'a str, ids: &UuidV7) -> NewAuthor<'a> {
        let id = ids.next_id(chrono::Utc::now());
        NewAuthor { id, name }
    }

    pub(crate) fn new_book<'a>(author_id: Uuid, title: &'a str, ids: &UuidV7) -> NewBook<'a> {
        let id = ids.next_id(chrono::Utc::now());
        NewBook {
            id,
            author_id,
            title,
        }
    }
}
