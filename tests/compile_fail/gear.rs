//! What the programs share: a catalogue of gear in memory, and a session on it.

#![allow(unused_imports)]

pub use diesel::prelude::*;
pub use tenancy::prelude::*;
pub use tenancy::{AuthError, Authenticator, Claims, Identity};

diesel::table! {
    customers (id) {
        id -> BigInt,
        name -> Text,
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
    parts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        item_id -> BigInt,
        name -> Text,
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
    /// No model is scoped to it.
    secrets (id) {
        id -> BigInt,
        item_id -> BigInt,
        body -> Text,
    }
}

diesel::joinable!(items -> categories (category_id));
diesel::joinable!(parts -> items (item_id));
diesel::joinable!(secrets -> items (item_id));
diesel::allow_tables_to_appear_in_same_query!(
    customers, categories, items, parts, settings, units, secrets,
);

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = customers)]
#[scoped(tenant = id)]
pub struct Customer {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id)]
pub struct Category {
    pub id: RowId<Category>,
    pub name: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
pub struct Item {
    pub id: RowId<Item>,
    pub name: String,
    pub weight: Option<i32>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = parts)]
#[scoped(tenant = tenant_id)]
pub struct Part {
    pub id: RowId<Part>,
    pub name: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = settings, primary_key(tenant_id, key))]
#[scoped(tenant = tenant_id)]
pub struct Setting {
    pub key: String,
    pub value: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = units)]
#[scoped(global)]
pub struct Unit {
    pub id: RowId<Unit>,
    pub name: String,
}

#[derive(Debug, Clone, ScopedInsertable)]
#[diesel(table_name = items)]
pub struct NewItem<'a> {
    pub category_id: RowId<Category>,
    pub name: &'a str,
}

#[derive(Debug, Default, ScopedChangeset)]
#[diesel(table_name = items)]
pub struct ItemChanges<'a> {
    pub name: Option<&'a str>,
    pub weight: Option<Option<i32>>,
}

pub type Db = Database<SqliteConnection>;
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
    CREATE TABLE customers (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL);
    CREATE TABLE categories (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL
    );
    CREATE TABLE items (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL,
        category_id BIGINT NOT NULL, name TEXT NOT NULL, weight INTEGER
    );
    CREATE TABLE parts (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL,
        item_id BIGINT NOT NULL, name TEXT NOT NULL
    );
    CREATE TABLE settings (
        tenant_id BIGINT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (tenant_id, key)
    );
    CREATE TABLE units (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL);
    CREATE TABLE secrets (
        id INTEGER PRIMARY KEY NOT NULL, item_id BIGINT NOT NULL, body TEXT NOT NULL
    );
    INSERT INTO customers VALUES (1, 'Anna'), (2, 'Ben');
    INSERT INTO categories VALUES (1, 1, 'Light'), (2, 1, 'Camp'), (3, 2, 'Camp');
    INSERT INTO items VALUES
        (1, 1, 1, 'Lamp', 100), (2, 1, 2, 'Stove', NULL), (3, 1, 2, 'Tent', 2000),
        (4, 2, 3, 'Tent', 1800);
    INSERT INTO parts VALUES (1, 1, 3, 'Pole'), (2, 1, 3, 'Peg'), (3, 2, 4, 'Pole');
    INSERT INTO settings VALUES (1, 'unit', 'g'), (2, 'unit', 'oz');
    INSERT INTO units VALUES (1, 'g'), (2, 'oz');
";

/// A database with the tables and some rows of two customers.
pub fn open() -> Db {
    open_with(SCHEMA)
}

/// A database with the tables that `schema` creates.
pub fn open_with(schema: &str) -> Db {
    Database::builder()
        .max_size(1)
        .on_connect(schema)
        .open(":memory:")
        .unwrap()
}

pub fn scope(db: &Db) -> TenantScope<i64> {
    TenantScope::new(&db.authenticate(&Anyone, 1).unwrap()).unwrap()
}

/// Runs a program in Anna's scope, on a session of hers.
pub fn run(program: impl FnOnce(&TenantScope<i64>, &mut Conn)) {
    let db = open();
    let scope = scope(&db);
    program(&scope, &mut db.session(&scope).unwrap());
}

/// Runs a program on Anna's items, and a session of hers.
pub fn run_on_items(program: impl FnOnce(Repo<Item>, &mut Conn)) {
    run(|scope, session| program(Repo::new(scope), session));
}

/// The same, with items whose names are unique within a tenant.
pub fn run_on_unique_items(program: impl FnOnce(Repo<Item>, &mut Conn)) {
    let unique = "CREATE UNIQUE INDEX item_names ON items (tenant_id, name);";
    let db = open_with(&format!("{SCHEMA}{unique}"));
    let scope = scope(&db);
    program(Repo::new(&scope), &mut db.session(&scope).unwrap());
}
