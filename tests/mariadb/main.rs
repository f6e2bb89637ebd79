//! What is MariaDB's own, on a database of each test's: what it returns and takes back, its UUIDs,
//! its migrations, and what an inspection and a catalog find and make there.
//!
//! The tests need a server: `cargo xtask test` starts it, `cargo xtask servers` leaves it
//! running for tests by hand.

mod inspect;
mod locks;
mod lost;
mod mends;
mod migrate;
mod moves;
mod numbers;
mod operators;
mod own;
mod partitions;
mod protection;
mod returns;
mod settings;
mod taken_back;
mod wider;

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use Check::*;
use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::dsl::filtered;
use tenancy::prelude::*;
use tenancy::{
    AuthError, Authenticator, Catalog, Check, Claims, Error, Finding, Severity, catalog,
};

diesel::table! {
    logs (id) {
        id -> BigInt,
        tenant -> Text,
        name -> Text,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        owner -> tenancy::sql_types::Id128,
    }
}

diesel::table! {
    lines (id) {
        id -> BigInt,
        order_id -> BigInt,
    }
}

diesel::table! {
    marks (id) {
        id -> BigInt,
        log_id -> BigInt,
        tenant -> Nullable<Text>,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = logs)]
#[scoped(tenant = tenant)]
pub struct Log {
    #[expect(dead_code)]
    id: RowId<Log>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = orders)]
#[scoped(tenant = owner, key = uuid::Uuid)]
pub struct Order {
    #[expect(dead_code)]
    id: RowId<Order>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = lines)]
#[scoped(parent(Order, on = order_id))]
pub struct Line {
    #[expect(dead_code)]
    id: RowId<Line>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = marks)]
#[scoped(tenant = tenant, nullable, references(Log, on = log_id))]
pub struct Mark {
    #[expect(dead_code)]
    id: RowId<Mark>,
}

const SCHEMA: &str = "
    CREATE TABLE logs (
        id BIGINT AUTO_INCREMENT PRIMARY KEY,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
        name VARCHAR(40) NOT NULL, UNIQUE (tenant, id)
    );
    CREATE TABLE orders (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, owner BINARY(16) NOT NULL, UNIQUE (owner, id)
    );
    CREATE TABLE `lines` (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT NOT NULL,
        CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders (id)
    );
    CREATE TABLE marks (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, log_id BIGINT NOT NULL,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
        CONSTRAINT of_log FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id)
    );
    CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY);
";

/// Believes the name that it is given.
struct Told;

impl Authenticator<MysqlConnection> for Told {
    type Credential<'a> = &'a str;
    type Key = String;

    fn authenticate(
        &self,
        _: &mut MysqlConnection,
        name: &str,
    ) -> Result<Claims<String>, AuthError> {
        Ok(Claims::new(name.to_owned()))
    }
}

fn tables() -> Catalog {
    catalog![Log, Order, Line, Mark]
}

/// A database on the server, which goes with it.
struct Stage {
    name: String,
}

impl Stage {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let stage = Self {
            name: format!("inspected_{}_{number}", std::process::id()),
        };
        let name = &stage.name;
        let make = format!(
            "CREATE DATABASE {name};
             GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO serving@localhost"
        );
        connect("owner", "mysql").batch_execute(&make).unwrap();
        stage.owner().batch_execute(SCHEMA).unwrap();
        stage
    }

    fn anna(&self) -> (Database<MysqlConnection>, TenantScope<String>) {
        let db = self.open("serving", 1);
        let identity = db.authenticate(&Told, "anna").unwrap();
        (db, TenantScope::new(&identity).unwrap())
    }

    fn owner(&self) -> MysqlConnection {
        connect("owner", &self.name)
    }

    fn open(&self, user: &str, size: u32) -> Database<MysqlConnection> {
        let pool = Database::builder().max_size(size);
        pool.open(&address(user, &self.name)).unwrap()
    }

    /// As a `Database` has it.
    fn serving(&self) -> MysqlConnection {
        connect("serving", &self.name)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let end = format!(
            "DROP DATABASE {0};
             REVOKE SELECT, INSERT, UPDATE, DELETE ON {0}.* FROM serving@localhost;
             REVOKE SELECT, INSERT, UPDATE, DELETE ON {0}.* FROM operator@localhost",
            self.name
        );
        drop(connect("owner", "mysql").batch_execute(&end));
    }
}

fn connect(user: &str, database: &str) -> MysqlConnection {
    MysqlConnection::establish(&address(user, database)).unwrap()
}

fn address(user: &str, database: &str) -> String {
    let Ok(socket) = env::var("TENANCY_MARIADB") else {
        panic!(
            "TENANCY_MARIADB is not set: `cargo xtask servers` starts servers, and says what to set"
        );
    };
    format!("mysql://{user}@localhost/{database}?unix_socket={socket}")
}

fn found(conn: &mut MysqlConnection) -> Vec<Finding> {
    let findings = tables().inspect(conn).unwrap().findings().to_vec();
    let others = findings
        .into_iter()
        .filter(|found| found.check != ServerVersion);
    others.collect()
}
