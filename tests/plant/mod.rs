// The fixture of text ids: a plant of two tenants, Anna and Ben, whose own keys are texts too, and
// who have people and processes of the same names. A call belongs through its process, a limit
// shares its key, and the key of a version holds the tenant.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, DatabaseBuilder, FixedClock, HasTextId};

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
        tenants (id) {
            id -> Text,
            name -> Text,
        }
    }

    diesel::table! {
        people (id) {
            id -> Text,
            tenant_id -> Text,
            name -> Text,
        }
    }

    diesel::table! {
        processes (id) {
            id -> Text,
            tenant_id -> Text,
            owner_id -> Nullable<Text>,
            name -> Text,
            heat -> Nullable<Integer>,
            created_at -> Timestamp,
        }
    }

    diesel::table! {
        versions (tenant_id, id) {
            tenant_id -> Text,
            id -> Text,
            process_id -> Text,
            number -> Integer,
        }
    }

    diesel::table! {
        calls (id) {
            id -> Text,
            process_id -> Text,
            status -> Integer,
        }
    }

    diesel::table! {
        limits (process_id) {
            process_id -> Text,
            most -> Integer,
        }
    }

    diesel::joinable!(processes -> people (owner_id));
    diesel::joinable!(versions -> processes (process_id));
    diesel::joinable!(calls -> processes (process_id));
    diesel::joinable!(limits -> processes (process_id));
    diesel::allow_tables_to_appear_in_same_query!(
        tenants, people, processes, versions, calls, limits
    );
}

pub(crate) use schema::{calls, limits, people, processes, tenants, versions};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = tenants)]
#[scoped(tenant = id, key = TextId<Tenant>, text_id = "ten")]
pub struct Tenant {
    pub id: TextId<Tenant>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = people)]
#[scoped(tenant = tenant_id, key = TextId<Tenant>, text_id = "usr")]
#[scoped(references(Tenant, on = tenant_id))]
pub struct Person {
    pub id: TextId<Person>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = processes)]
#[scoped(tenant = tenant_id, key = TextId<Tenant>, text_id = "proc", created = created_at)]
#[scoped(references(Tenant, on = tenant_id), references(Person, on = owner_id))]
pub struct Process {
    pub id: TextId<Process>,
    pub owner_id: Option<TextId<Person>>,
    pub name: String,
    pub heat: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = versions, primary_key(tenant_id, id))]
#[scoped(tenant = tenant_id, key = TextId<Tenant>, type_id = "proc_version")]
#[scoped(references(Process, on = process_id))]
pub struct Version {
    pub id: TextId<Version>,
    pub process_id: TextId<Process>,
    pub number: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, Scoped)]
#[diesel(table_name = calls, belongs_to(Process))]
#[scoped(parent(Process, on = process_id), type_id = "call")]
pub struct Call {
    pub id: TextId<Call>,
    pub process_id: TextId<Process>,
    pub status: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = limits, primary_key(process_id))]
#[scoped(parent(Process, on = process_id))]
pub struct Limit {
    pub process_id: TextId<Process>,
    pub most: i32,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = tenants)]
pub struct NewTenant<'a> {
    pub name: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = processes)]
pub struct NewProcess<'a> {
    pub name: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = processes)]
pub struct NewOwnedProcess<'a> {
    pub name: &'a str,
    pub owner_id: Option<TextId<Person>>,
    pub heat: Option<i32>,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = versions)]
pub struct NewVersion {
    pub process_id: TextId<Process>,
    pub number: i32,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = calls)]
pub struct NewCall {
    pub process_id: TextId<Process>,
    pub status: i32,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = limits)]
pub struct NewLimit {
    pub process_id: TextId<Process>,
    pub most: i32,
}

#[derive(Debug, Clone, Copy, ScopedChangeset)]
#[diesel(table_name = processes)]
pub struct ChangedProcess {
    pub owner_id: Option<TextId<Person>>,
}

/// Takes the tenant's key for a credential.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys;

impl Authenticator<Conn> for Keys {
    type Credential<'a> = TextId<Tenant>;
    type Key = TextId<Tenant>;

    fn authenticate(
        &self,
        _: &mut Conn,
        tenant: TextId<Tenant>,
    ) -> Result<Claims<TextId<Tenant>>, AuthError> {
        Ok(Claims::new(tenant))
    }
}

/// The names of columns tell what they are on the other backends: see the stage.
const SCHEMA: &str = "
    CREATE TABLE tenants (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL);
    CREATE TABLE people (
        id TEXT PRIMARY KEY NOT NULL, tenant_id TEXT NOT NULL REFERENCES tenants (id),
        name TEXT NOT NULL, UNIQUE (tenant_id, id), UNIQUE (tenant_id, name)
    );
    CREATE TABLE processes (
        id TEXT PRIMARY KEY NOT NULL, tenant_id TEXT NOT NULL REFERENCES tenants (id),
        owner_id TEXT, name TEXT NOT NULL, heat INTEGER, created_at TIMESTAMP NOT NULL,
        UNIQUE (tenant_id, id), UNIQUE (tenant_id, name),
        FOREIGN KEY (tenant_id, owner_id) REFERENCES people (tenant_id, id)
    );
    CREATE TABLE versions (
        tenant_id TEXT NOT NULL, id TEXT NOT NULL, process_id TEXT NOT NULL,
        number INTEGER NOT NULL, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, process_id) REFERENCES processes (tenant_id, id)
    );
    CREATE TABLE calls (
        id TEXT PRIMARY KEY NOT NULL, process_id TEXT NOT NULL REFERENCES processes (id),
        status INTEGER NOT NULL
    );
    CREATE TABLE limits (
        process_id TEXT PRIMARY KEY NOT NULL REFERENCES processes (id), most INTEGER NOT NULL
    );
";

/// Odd rows are Anna's, even ones Ben's.
const ROWS: &str = "
    INSERT INTO tenants VALUES ('ten_00000000000000000000000001', 'Plant'),
        ('ten_00000000000000000000000002', 'Plant');
    INSERT INTO people VALUES
        ('usr_00000000000000000000000001', 'ten_00000000000000000000000001', 'Kim'),
        ('usr_00000000000000000000000002', 'ten_00000000000000000000000002', 'Kim');
    INSERT INTO processes VALUES
        ('proc_00000000000000000000000001', 'ten_00000000000000000000000001',
            'usr_00000000000000000000000001', 'Smelt', 9, '2000-01-01 00:00:00'),
        ('proc_00000000000000000000000002', 'ten_00000000000000000000000002',
            'usr_00000000000000000000000002', 'Smelt', 9, '2000-01-01 00:00:00');
    INSERT INTO versions VALUES
        ('ten_00000000000000000000000001', 'proc_version_00000000000000000000000001',
            'proc_00000000000000000000000001', 1),
        ('ten_00000000000000000000000002', 'proc_version_00000000000000000000000001',
            'proc_00000000000000000000000002', 1);
    INSERT INTO calls VALUES
        ('call_00000000000000000000000001', 'proc_00000000000000000000000001', 200),
        ('call_00000000000000000000000002', 'proc_00000000000000000000000002', 200);
    INSERT INTO limits VALUES ('proc_00000000000000000000000001', 5),
        ('proc_00000000000000000000000002', 5);
";

/// The id that ends with this digit.
pub(crate) fn numbered<T: HasTextId>(last: u8) -> TextId<T> {
    let text = format!("{}_{last:026}", T::PREFIX);
    text.parse().expect("an id")
}

/// A database with the schema and the rows, which ends with it.
pub(crate) struct Plant {
    pub db: Database<Conn>,
    stage: Stage,
}

impl Plant {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// The same, with other settings.
    pub(crate) fn with(
        settings: impl FnOnce(DatabaseBuilder<Conn>) -> DatabaseBuilder<Conn>,
    ) -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        stage.guard(&catalog());
        let builder = Stage::builder().clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH));
        Self {
            db: settings(builder).open(&stage.url).expect("a pool"),
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

    pub(crate) fn anna(&self) -> TenantScope<TextId<Tenant>> {
        self.scope(numbered(1))
    }

    pub(crate) fn ben(&self) -> TenantScope<TextId<Tenant>> {
        self.scope(numbered(2))
    }

    pub(crate) fn scope(&self, tenant: TextId<Tenant>) -> TenantScope<TextId<Tenant>> {
        let identity = self.db.authenticate(&Keys, tenant).expect("a tenant");
        TenantScope::new(&identity).expect("a scope")
    }
}

pub(crate) fn catalog() -> tenancy::Catalog {
    tenancy::catalog![Tenant, Person, Process, Version, Call, Limit]
}
