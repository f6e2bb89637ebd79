// The fixture of the kinds of ownership: a forum of two tenants, Anna (1) and Ben (2), whose
// rows have the same names.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, FixedClock};

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
        threads (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            title -> Text,
        }
    }

    diesel::table! {
        messages (id) {
            id -> BigInt,
            thread_id -> BigInt,
            body -> Text,
            likes -> Integer,
        }
    }

    diesel::table! {
        marks (id) {
            id -> BigInt,
            message_id -> BigInt,
            word -> Text,
        }
    }

    diesel::table! {
        folders (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            parent_id -> Nullable<BigInt>,
            name -> Text,
        }
    }

    diesel::table! {
        labels (id) {
            id -> BigInt,
            tenant_id -> Nullable<BigInt>,
            name -> Text,
        }
    }

    diesel::table! {
        hints (id) {
            id -> BigInt,
            label_id -> BigInt,
            text -> Text,
        }
    }

    diesel::table! {
        devices (id) {
            id -> BigInt,
            owner_id -> Nullable<BigInt>,
            name -> Text,
        }
    }

    diesel::joinable!(messages -> threads (thread_id));
    diesel::joinable!(marks -> messages (message_id));
    diesel::joinable!(hints -> labels (label_id));
    diesel::allow_tables_to_appear_in_same_query!(
        threads, messages, marks, folders, labels, hints, devices
    );
}

pub(crate) use schema::{devices, folders, hints, labels, marks, messages, threads};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = threads)]
#[scoped(tenant = tenant_id)]
pub struct Thread {
    pub id: RowId<Thread>,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, Scoped)]
#[diesel(table_name = messages, belongs_to(Thread))]
#[scoped(parent(Thread, on = thread_id))]
pub struct Message {
    pub id: RowId<Message>,
    pub thread_id: RowId<Thread>,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, Scoped)]
#[diesel(table_name = marks, belongs_to(Message))]
#[scoped(parent(Message, on = message_id))]
pub struct Mark {
    pub id: RowId<Mark>,
    pub message_id: RowId<Message>,
    pub word: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = folders)]
#[scoped(tenant = tenant_id)]
pub struct Folder {
    pub id: RowId<Folder>,
    pub parent_id: Option<RowId<Folder>>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = labels)]
#[scoped(tenant = tenant_id, global_rows)]
pub struct Label {
    pub id: RowId<Label>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = hints)]
#[scoped(parent(Label, on = label_id))]
pub struct Hint {
    pub id: RowId<Hint>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = devices)]
#[scoped(tenant = owner_id, nullable)]
pub struct Device {
    pub id: RowId<Device>,
    pub name: String,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = messages)]
pub struct NewMessage<'a> {
    pub thread_id: RowId<Thread>,
    pub body: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = marks)]
pub struct NewMark<'a> {
    pub word: &'a str,
    pub message_id: RowId<Message>,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = hints)]
pub struct NewHint<'a> {
    pub label_id: RowId<Label>,
    pub text: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = labels)]
pub struct NewLabel<'a> {
    pub name: &'a str,
}

#[derive(Debug, Clone, Default, ScopedChangeset)]
#[diesel(table_name = messages)]
pub struct MessageChanges<'a> {
    pub thread_id: Option<RowId<Thread>>,
    pub body: Option<&'a str>,
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
    CREATE TABLE threads (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        title TEXT NOT NULL,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, title)
    );
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY NOT NULL,
        thread_id BIGINT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
        body TEXT NOT NULL,
        likes INTEGER NOT NULL DEFAULT 0,
        UNIQUE (thread_id, body)
    );
    CREATE TABLE marks (
        id INTEGER PRIMARY KEY NOT NULL,
        message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        word TEXT NOT NULL
    );
    CREATE TABLE folders (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        parent_id BIGINT,
        name TEXT NOT NULL
    );
    CREATE TABLE labels (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT,
        name TEXT NOT NULL
    );
    CREATE TABLE hints (
        id INTEGER PRIMARY KEY NOT NULL,
        label_id BIGINT NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
        text TEXT NOT NULL
    );
    CREATE TABLE devices (
        id INTEGER PRIMARY KEY NOT NULL,
        owner_id BIGINT,
        name TEXT NOT NULL
    );
";

/// Messages 1 to 4 are Anna's, 5 to 8 Ben's; marks, folders and the rest go the same way. A
/// folder of Anna's hangs below one of Ben's, as a migration gone wrong may leave it.
pub(crate) const ROWS: &str = "
    INSERT INTO threads VALUES (1, 1, 'News'), (2, 1, 'Talk'), (3, 2, 'News'), (4, 2, 'Talk');
    INSERT INTO messages VALUES
        (1, 1, 'Hello', 3), (2, 1, 'Rain', 1), (3, 2, 'Hello', 0), (4, 2, 'Bye', 2),
        (5, 3, 'Hello', 7), (6, 3, 'Rain', 5), (7, 4, 'Hello', 9), (8, 4, 'Bye', 4);
    INSERT INTO marks VALUES
        (1, 1, 'good'), (2, 1, 'old'), (3, 4, 'good'),
        (4, 5, 'good'), (5, 8, 'old'), (6, 8, 'good');
    INSERT INTO folders VALUES
        (1, 1, NULL, 'Top'), (2, 1, 1, 'Left'), (3, 1, 2, 'Leaf'), (4, 1, 1, 'Right'),
        (5, 2, NULL, 'Top'), (6, 2, 5, 'Left'), (7, 2, 6, 'Leaf'),
        (8, 1, 6, 'Stray'), (9, 2, 2, 'Stray');
    INSERT INTO labels VALUES
        (1, 1, 'mine'), (2, 2, 'mine'), (3, NULL, 'everybody''s'), (4, NULL, 'common');
    INSERT INTO hints VALUES (1, 1, 'of Anna'), (2, 2, 'of Ben'), (3, 3, 'of all');
    INSERT INTO devices VALUES (1, 1, 'Radio'), (2, 2, 'Radio'), (3, NULL, 'Radio');
";

/// A database with the schema and the rows, which ends with it.
pub(crate) struct Kin {
    pub db: Database<Conn>,
    stage: Stage,
}

impl Kin {
    pub(crate) fn new() -> Self {
        Self::with_connections(4)
    }

    /// The same, with so many connections at most.
    pub(crate) fn with_connections(number: u32) -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        stage.guard(&tenancy::catalog![
            Thread, Message, Mark, Folder, Label, Hint, Device
        ]);
        Self {
            db: Stage::builder()
                .max_size(number)
                .clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
                .open(&stage.url)
                .expect("a pool"),
            stage,
        }
    }

    /// A connection beside the library, that sees every tenant's rows.
    pub(crate) fn raw(&self) -> Conn {
        self.stage.raw()
    }

    #[allow(dead_code, reason = "not every user of the fixture adds to it")]
    pub(crate) fn fill(&self, sql: &str) {
        self.stage.fill(sql);
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
