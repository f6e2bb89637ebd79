// The fixture of the tests and of the examples in the docs: a catalogue of gear, and
// two customers whose categories, items and settings have the same names.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, FixedClock, SequentialIds};

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
        customers (id) {
            id -> BigInt,
            name -> Text,
            api_key -> Text,
        }
    }

    diesel::table! {
        categories (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
        }
    }

    diesel::table! {
        items (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            category_id -> BigInt,
            name -> Text,
            weight -> Nullable<Integer>,
        }
    }

    diesel::table! {
        settings (tenant_id, key) {
            tenant_id -> BigInt,
            key -> Text,
            value -> Text,
        }
    }

    diesel::table! {
        units (id) {
            id -> BigInt,
            name -> Text,
        }
    }

    diesel::table! {
        secrets (id) {
            id -> BigInt,
            body -> Text,
        }
    }

    diesel::joinable!(items -> categories (category_id));
    diesel::allow_tables_to_appear_in_same_query!(
        customers, categories, items, settings, units, secrets
    );
}

pub(crate) use schema::{categories, customers, items, settings, units};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = customers)]
#[scoped(tenant = id)]
pub struct Customer {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id)]
pub struct Category {
    pub id: RowId<Category>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
pub struct Item {
    pub id: RowId<Item>,
    pub name: String,
    pub weight: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = settings, primary_key(tenant_id, key))]
#[scoped(tenant = tenant_id)]
pub(crate) struct Setting {
    pub key: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = units)]
#[scoped(global)]
pub struct Unit {
    pub id: RowId<Unit>,
    pub name: String,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = items)]
pub struct NewItem<'a> {
    pub category_id: RowId<Category>,
    pub name: &'a str,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = items)]
pub struct NewWeighedItem<'a> {
    pub category_id: RowId<Category>,
    pub name: &'a str,
    pub weight: Option<i32>,
}

#[derive(Debug, Clone, Default, ScopedChangeset)]
#[diesel(table_name = items)]
pub struct ItemChanges<'a> {
    pub name: Option<&'a str>,
    pub weight: Option<Option<i32>>,
}

/// Signs customers in by the key in their row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys;

impl Authenticator<Conn> for Keys {
    type Credential<'a> = &'a str;
    type Key = i64;

    fn authenticate(&self, conn: &mut Conn, presented: &str) -> Result<Claims<i64>, AuthError> {
        let tenant = customers::table
            .filter(customers::api_key.eq(presented))
            .select(customers::id)
            .first(conn)?;
        Ok(Claims::new(tenant).subject(presented))
    }
}

pub(crate) const SCHEMA: &str = "
    CREATE TABLE customers (
        id INTEGER PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        api_key TEXT NOT NULL UNIQUE
    );
    CREATE TABLE categories (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL REFERENCES customers (id),
        name TEXT NOT NULL,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, name)
    );
    CREATE TABLE items (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        category_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        weight INTEGER,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, name),
        FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id)
    );
    CREATE TABLE settings (
        tenant_id BIGINT NOT NULL,
        \"key\" TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (tenant_id, \"key\")
    );
    CREATE TABLE units (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL);
    CREATE TABLE secrets (id INTEGER PRIMARY KEY NOT NULL, body TEXT NOT NULL);
";

pub(crate) const ROWS: &str = "
    INSERT INTO customers VALUES (1, 'Anna', 'anna''s key'), (2, 'Ben', 'ben''s key');
    INSERT INTO categories VALUES (1, 1, 'Light'), (2, 1, 'Camp'), (3, 2, 'Light'), (4, 2, 'Camp');
    INSERT INTO items VALUES
        (1, 1, 1, 'Lamp', 100), (2, 1, 2, 'Stove', NULL), (3, 1, 2, 'Tent', 2000),
        (4, 2, 3, 'Lamp', 150), (5, 2, 4, 'Stove', 400), (6, 2, 4, 'Tent', NULL),
        (7, 2, 4, 'Rope', 900);
    INSERT INTO settings VALUES (1, 'unit', 'g'), (2, 'unit', 'oz');
    INSERT INTO units VALUES (1, 'g'), (2, 'oz');
    INSERT INTO secrets VALUES (1, 'of nobody''s concern');
";

/// A database with the schema and the rows, which ends with it.
pub(crate) struct Gear {
    pub db: Database<Conn>,
    stage: Stage,
}

impl Gear {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// The same, with other settings.
    pub(crate) fn with(
        settings: impl FnOnce(tenancy::DatabaseBuilder<Conn>) -> tenancy::DatabaseBuilder<Conn>,
    ) -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        // A credential is looked for before there is a tenant.
        stage.guard(
            &tenancy::catalog![Customer, Category, Item, Setting, Unit]
                .without_row_security::<Customer>(),
        );
        let builder = Stage::builder()
            .max_size(4)
            .clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
            .ids(SequentialIds::default());
        Self {
            db: settings(builder).open(&stage.url).expect("a pool"),
            stage,
        }
    }

    /// A connection beside the library, that sees every tenant's rows.
    pub(crate) fn raw(&self) -> Conn {
        self.stage.raw()
    }

    pub(crate) fn anna(&self) -> TenantScope<i64> {
        self.scope("anna's key")
    }

    pub(crate) fn ben(&self) -> TenantScope<i64> {
        self.scope("ben's key")
    }

    fn scope(&self, key: &str) -> TenantScope<i64> {
        let identity = self.db.authenticate(&Keys, key).expect("a customer");
        TenantScope::new(&identity).expect("a scope")
    }
}
