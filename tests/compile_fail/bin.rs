//! What the programs about kept columns share: notes that are deleted softly, plans that
//! have a version, and things that have neither.

#![allow(unused_imports)]

pub use diesel::prelude::*;
pub use tenancy::prelude::*;
pub use tenancy::{AuthError, Authenticator, Claims};

diesel::table! {
    notes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    plans (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        version -> Integer,
    }
}

diesel::table! {
    things (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, created = created_at, touch = updated_at, soft_delete = deleted_at)]
pub struct Note {
    pub id: RowId<Note>,
    pub name: String,
    pub created_at: chrono::NaiveDateTime,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = plans)]
#[scoped(tenant = tenant_id, version = version)]
pub struct Plan {
    pub id: RowId<Plan>,
    pub name: String,
    pub version: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = things)]
#[scoped(tenant = tenant_id)]
pub struct Thing {
    pub id: RowId<Thing>,
    pub name: String,
}

pub type Conn = Session<SqliteConnection>;

/// Believes everybody.
pub struct Anyone;

impl Authenticator<SqliteConnection> for Anyone {
    type Credential<'a> = i64;
    type Key = i64;

    fn authenticate(
        &self,
        _: &mut SqliteConnection,
        tenant: i64,
    ) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(tenant))
    }
}

const SCHEMA: &str = "
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL,
        created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL, deleted_at TIMESTAMP
    );
    CREATE TABLE plans (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL,
        version INTEGER NOT NULL
    );
    CREATE TABLE things (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL
    );
    INSERT INTO notes VALUES (1, 1, 'Tent', '2000-01-01 00:00:00', '2000-01-01 00:00:00', NULL);
    INSERT INTO plans VALUES (1, 1, 'Trip', 1);
    INSERT INTO things VALUES (1, 1, 'Rope');
";

/// Runs a program in Anna's scope, on a session of hers.
pub fn run(program: impl FnOnce(&TenantScope<i64>, &mut Conn)) {
    let db = Database::<SqliteConnection>::builder()
        .max_size(1)
        .on_connect(SCHEMA)
        .open(":memory:")
        .unwrap();
    let identity = db.authenticate(&Anyone, 1).unwrap();
    let scope = TenantScope::new(&identity).unwrap();
    program(&scope, &mut db.session(&scope).unwrap());
}
