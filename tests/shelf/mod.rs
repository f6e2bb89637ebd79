// The fixture of public ids: books of two tenants, Anna (1) and Ben (2), who have the same
// titles and authors. A cover shares the key of its book; a mark has no public id.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, FixedClock, SequentialIds};
use uuid::Uuid;

mod stage {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/mod.rs"));
}

#[allow(
    unused_imports,
    reason = "not every user of the fixture looks behind it"
)]
pub(crate) use stage::{Conn, Stage};

pub(crate) mod schema {
    diesel::table! {
        authors (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            uuid -> tenancy::sql_types::Id128,
            name -> Text,
        }
    }

    diesel::table! {
        books (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            public_id -> tenancy::sql_types::Id128,
            author_id -> Nullable<BigInt>,
            title -> Text,
            pages -> Nullable<Integer>,
            created_at -> Timestamp,
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
            public_id -> Nullable<tenancy::sql_types::Id128>,
            page -> Integer,
        }
    }

    diesel::joinable!(books -> authors (author_id));
    diesel::joinable!(covers -> books (book_id));
    diesel::joinable!(marks -> books (book_id));
    diesel::allow_tables_to_appear_in_same_query!(authors, books, covers, marks);
}

pub(crate) use schema::{authors, books, covers, marks};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = authors)]
#[scoped(tenant = tenant_id, public_id = uuid)]
pub struct Author {
    pub id: RowId<Author>,
    pub uuid: PublicId<Author>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = books)]
#[scoped(tenant = tenant_id, public_id = public_id, public_prefix = "book")]
#[scoped(created = created_at, references(Author, on = author_id))]
pub struct Book {
    pub id: RowId<Book>,
    pub public_id: PublicId<Book>,
    pub author_id: Option<RowId<Author>>,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = covers, primary_key(book_id))]
#[scoped(parent(Book, on = book_id), public_id(parent))]
pub struct Cover {
    pub book_id: RowId<Book>,
    pub color: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = marks)]
#[scoped(parent(Book, on = book_id), public_id = public_id)]
pub struct Mark {
    pub id: RowId<Mark>,
    pub public_id: Option<PublicId<Mark>>,
    pub page: i32,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = authors)]
pub struct NewAuthor<'a> {
    pub name: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = books)]
pub struct NewBook<'a> {
    pub title: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = books)]
pub struct NewLongBook<'a> {
    pub title: &'a str,
    pub pages: Option<i32>,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = marks)]
pub struct NewMark {
    pub book_id: RowId<Book>,
    pub page: i32,
}

/// Takes the tenant's number for a credential.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers;

impl Authenticator<Conn> for Numbers {
    type Credential<'a> = i64;
    type Key = i64;

    fn authenticate(&self, _: &mut Conn, tenant: i64) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(tenant))
    }
}

/// The names of columns tell what they are on the other backends: see the stage.
const SCHEMA: &str = "
    CREATE TABLE authors (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, uuid BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL, UNIQUE (tenant_id, id), UNIQUE (tenant_id, name)
    );
    CREATE TABLE books (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL,
        public_id BLOB NOT NULL UNIQUE, author_id BIGINT, title TEXT NOT NULL,
        pages INTEGER, created_at TIMESTAMP NOT NULL, UNIQUE (tenant_id, title),
        FOREIGN KEY (tenant_id, author_id) REFERENCES authors (tenant_id, id)
    );
    CREATE TABLE covers (
        book_id INTEGER PRIMARY KEY NOT NULL REFERENCES books (id), color TEXT NOT NULL
    );
    CREATE TABLE marks (
        id INTEGER PRIMARY KEY NOT NULL, book_id BIGINT NOT NULL REFERENCES books (id),
        public_id BLOB UNIQUE, page INTEGER NOT NULL
    );
";

/// Odd rows are Anna's, even ones Ben's.
const ROWS: &str = "
    INSERT INTO authors VALUES
        (1, 1, X'00000001000070008000000000000001', 'Austen'),
        (2, 2, X'00000001000070008000000000000002', 'Austen');
    INSERT INTO books VALUES
        (1, 1, X'00000001000070008000000000000011', 1, 'Emma', 9, '2000-01-01 00:00:00'),
        (2, 2, X'00000001000070008000000000000012', 2, 'Emma', 9, '2000-01-01 00:00:00'),
        (3, 1, X'00000001000070008000000000000013', NULL, 'Notes', 9, '2000-01-01 00:00:00'),
        (4, 2, X'00000001000070008000000000000014', NULL, 'Notes', 9, '2000-01-01 00:00:00');
    INSERT INTO covers VALUES (1, 'red'), (2, 'red');
    INSERT INTO marks VALUES (1, 1, NULL, 7), (2, 2, NULL, 7);
";

/// The public id that ends with this byte.
pub(crate) fn public<T>(last: u8) -> PublicId<T> {
    let mut bytes = [0; 16];
    (bytes[3], bytes[6], bytes[8], bytes[15]) = (1, 0x70, 0x80, last);
    PublicId::from_uuid(Uuid::from_bytes(bytes))
}

/// A database with the schema and the rows, which ends with it.
pub(crate) struct Shelf {
    pub db: Database<Conn>,
    stage: Stage,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        stage.guard(&tenancy::catalog![Author, Book, Cover, Mark]);
        Self {
            db: Stage::builder()
                .clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
                .ids(SequentialIds::new())
                .open(&stage.url)
                .expect("a pool"),
            stage,
        }
    }

    /// A connection beside the library, that sees every tenant's rows.
    pub(crate) fn raw(&self) -> Conn {
        self.stage.raw()
    }

    pub(crate) fn anna(&self) -> TenantScope<i64> {
        self.scope(1)
    }

    pub(crate) fn ben(&self) -> TenantScope<i64> {
        self.scope(2)
    }

    fn scope(&self, tenant: i64) -> TenantScope<i64> {
        let identity = self.db.authenticate(&Numbers, tenant).expect("a tenant");
        TenantScope::new(&identity).expect("a scope")
    }
}
