// The fixture of what the library keeps by itself: notes of two tenants, Anna (1) and Ben
// (2), with times, a mark of deletion and a version. Their rows have the same names.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Clock, FixedClock};

mod stage {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/mod.rs"));
}

#[allow(
    unused_imports,
    reason = "not every user of the fixture looks behind it"
)]
pub(crate) use stage::{Conn, Moment, Stage};

pub(crate) mod schema {
    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
            body -> Nullable<Text>,
            created_at -> Timestamp,
            updated_at -> Timestamp,
            deleted_at -> Nullable<Timestamp>,
        }
    }

    /// The type of a moment is another one on each backend.
    macro_rules! lines {
        ($moment:ident) => {
            diesel::table! {
                lines (id) {
                    id -> BigInt,
                    note_id -> BigInt,
                    text -> Text,
                    created_at -> $moment,
                    updated_at -> Nullable<$moment>,
                    deleted_at -> Nullable<$moment>,
                    version -> Integer,
                }
            }
        };
    }

    #[cfg(feature = "sqlite")]
    lines!(TimestamptzSqlite);
    #[cfg(all(feature = "postgres", not(feature = "sqlite")))]
    lines!(Timestamptz);
    #[cfg(not(any(feature = "sqlite", feature = "postgres")))]
    lines!(Timestamp);

    diesel::table! {
        plans (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
            updated_at -> Timestamp,
            deleted_at -> Nullable<Timestamp>,
            version -> BigInt,
        }
    }

    diesel::table! {
        tags (id) {
            id -> BigInt,
            tenant_id -> Nullable<BigInt>,
            name -> Text,
            updated_at -> Timestamp,
            deleted_at -> Nullable<Timestamp>,
        }
    }

    diesel::table! {
        tools (id) {
            id -> BigInt,
            owner_id -> Nullable<BigInt>,
            name -> Text,
            created_at -> Nullable<Timestamp>,
            deleted_at -> Nullable<Timestamp>,
        }
    }

    diesel::table! {
        prefs (tenant_id, key) {
            tenant_id -> BigInt,
            key -> Text,
            value -> Text,
            created_at -> Timestamp,
            updated_at -> Timestamp,
            deleted_at -> Nullable<Timestamp>,
            version -> Integer,
        }
    }

    diesel::table! {
        words (id) {
            id -> BigInt,
            name -> Text,
            deleted_at -> Nullable<Timestamp>,
        }
    }

    diesel::joinable!(lines -> notes (note_id));
    diesel::joinable!(notes -> words (id));
    diesel::allow_tables_to_appear_in_same_query!(notes, lines, plans, tags, tools, prefs, words);
}

pub(crate) use schema::{lines, notes, plans, prefs, tags, tools, words};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, created = created_at, touch = updated_at, soft_delete = deleted_at)]
pub struct Note {
    pub id: RowId<Note>,
    pub name: String,
    pub created_at: chrono::NaiveDateTime,
    pub updated_at: chrono::NaiveDateTime,
    pub deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = lines)]
#[scoped(parent(Note, on = note_id), created = created_at, touch = updated_at)]
#[scoped(soft_delete = deleted_at, version = version)]
pub struct Line {
    pub id: RowId<Line>,
    pub text: String,
    pub created_at: Moment,
    pub updated_at: Option<Moment>,
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = plans)]
#[scoped(tenant = tenant_id, touch = updated_at, soft_delete = deleted_at, version = version)]
pub struct Plan {
    pub id: RowId<Plan>,
    pub name: String,
    pub updated_at: chrono::NaiveDateTime,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = tags)]
#[scoped(tenant = tenant_id, global_rows, touch = updated_at, soft_delete = deleted_at)]
pub struct Tag {
    pub id: RowId<Tag>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = tools)]
#[scoped(tenant = owner_id, nullable, created = created_at, soft_delete = deleted_at)]
pub struct Tool {
    pub id: RowId<Tool>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = prefs, primary_key(tenant_id, key))]
#[scoped(tenant = tenant_id, created = created_at, touch = updated_at)]
#[scoped(soft_delete = deleted_at, version = version)]
pub(crate) struct Pref {
    pub key: String,
    pub value: String,
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = words)]
#[scoped(global, soft_delete = deleted_at)]
pub struct Word {
    pub id: RowId<Word>,
    pub name: String,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = notes)]
pub struct NewNote<'a> {
    pub name: &'a str,
    pub body: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = lines)]
pub struct NewLine<'a> {
    pub note_id: RowId<Note>,
    pub text: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = plans)]
pub struct NewPlan<'a> {
    pub name: &'a str,
}

#[derive(Debug, Clone, Default, ScopedChangeset)]
#[diesel(table_name = notes)]
pub struct NoteChanges<'a> {
    pub name: Option<&'a str>,
    pub body: Option<&'a str>,
}

#[derive(Debug, Clone, ScopedChangeset)]
#[diesel(table_name = plans)]
pub struct PlanChanges<'a> {
    pub name: &'a str,
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

pub(crate) const SCHEMA: &str = "
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL,
        body TEXT, created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL,
        deleted_at TIMESTAMP, UNIQUE (tenant_id, name)
    );
    CREATE TABLE \"lines\" (
        id INTEGER PRIMARY KEY NOT NULL,
        note_id BIGINT NOT NULL REFERENCES notes (id) ON DELETE CASCADE, text TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ, deleted_at TIMESTAMPTZ,
        version INTEGER NOT NULL
    );
    CREATE TABLE plans (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL,
        updated_at TIMESTAMP NOT NULL, deleted_at TIMESTAMP, version BIGINT NOT NULL
    );
    CREATE TABLE tags (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT, name TEXT NOT NULL,
        updated_at TIMESTAMP NOT NULL, deleted_at TIMESTAMP
    );
    CREATE TABLE tools (
        id INTEGER PRIMARY KEY NOT NULL, owner_id BIGINT, name TEXT NOT NULL,
        created_at TIMESTAMP, deleted_at TIMESTAMP
    );
    CREATE TABLE prefs (
        tenant_id BIGINT NOT NULL, \"key\" TEXT NOT NULL, value TEXT NOT NULL,
        created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL, deleted_at TIMESTAMP,
        version INTEGER NOT NULL, PRIMARY KEY (tenant_id, \"key\")
    );
    CREATE TABLE words (
        id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, deleted_at TIMESTAMP
    );
";

/// Odd rows are Anna's, even ones Ben's.
pub(crate) const ROWS: &str = "
    INSERT INTO notes VALUES
        (1, 1, 'Tent', NULL, '2000-01-01 00:00:00', '2000-01-01 00:00:00', NULL),
        (2, 2, 'Tent', NULL, '2000-01-01 00:00:00', '2000-01-01 00:00:00', NULL),
        (3, 1, 'Lamp', NULL, '2000-01-01 00:00:00', '2000-01-01 00:00:00', NULL),
        (4, 2, 'Lamp', NULL, '2000-01-01 00:00:00', '2000-01-01 00:00:00', '2000-02-02 00:00:00');
    INSERT INTO \"lines\" VALUES
        (1, 1, 'pole', '2000-01-01 00:00:00+00:00', NULL, NULL, 1),
        (2, 2, 'pole', '2000-01-01 00:00:00+00:00', NULL, NULL, 1);
    INSERT INTO plans VALUES
        (1, 1, 'Trip', '2000-01-01 00:00:00', NULL, 3),
        (2, 2, 'Trip', '2000-01-01 00:00:00', NULL, 3);
    INSERT INTO tags VALUES
        (1, 1, 'old', '2000-01-01 00:00:00', NULL), (2, 2, 'old', '2000-01-01 00:00:00', NULL),
        (3, NULL, 'all', '2000-01-01 00:00:00', NULL),
        (4, NULL, 'gone', '2000-01-01 00:00:00', '2000-02-02 00:00:00');
    INSERT INTO tools VALUES
        (1, 1, 'Saw', NULL, NULL), (2, 2, 'Saw', NULL, NULL), (3, NULL, 'Saw', NULL, NULL);
    INSERT INTO prefs VALUES
        (1, 'unit', 'g', '2000-01-01 00:00:00', '2000-01-01 00:00:00', NULL, 1),
        (2, 'unit', 'oz', '2000-01-01 00:00:00', '2000-01-01 00:00:00', NULL, 1);
    INSERT INTO words VALUES (1, 'here', NULL), (3, 'gone', '2000-02-02 00:00:00');
";

/// A database with the schema and the rows, which ends with it.
pub(crate) struct Bin {
    pub db: Database<Conn>,
    stage: Stage,
}

impl Bin {
    pub(crate) fn new() -> Self {
        Self::with_clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
    }

    /// The same, with a clock of the test's.
    pub(crate) fn with_clock(clock: impl Clock) -> Self {
        Self::with(clock, 4)
    }

    /// The same, with so many connections at most.
    pub(crate) fn with(clock: impl Clock, connections: u32) -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        stage.guard(&tenancy::catalog![Note, Line, Plan, Tag, Tool, Pref, Word]);
        Self {
            db: Stage::builder()
                .max_size(connections)
                .clock(clock)
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
