//! What an inspection finds on MariaDB: each check, on a database that one statement broke.
//!
//! The tests need a server: `cargo xtask test` starts it, `cargo xtask servers` leaves it
//! running for tests by hand.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use Check::*;
use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Catalog, Check, Error, Finding, Severity, catalog};

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

    fn owner(&self) -> MysqlConnection {
        connect("owner", &self.name)
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
             REVOKE SELECT, INSERT, UPDATE, DELETE ON {0}.* FROM serving@localhost",
            self.name
        );
        drop(connect("owner", "mysql").batch_execute(&end));
    }
}

fn connect(user: &str, database: &str) -> MysqlConnection {
    let Ok(socket) = env::var("TENANCY_MARIADB") else {
        panic!(
            "TENANCY_MARIADB is not set: `cargo xtask servers` starts servers, and says what to set"
        );
    };
    let url = format!("mysql://{user}@localhost/{database}?unix_socket={socket}");
    MysqlConnection::establish(&url).unwrap()
}

fn found(conn: &mut MysqlConnection) -> Vec<Finding> {
    let findings = tables().inspect(conn).unwrap().findings().to_vec();
    let others = findings
        .into_iter()
        .filter(|found| found.check != ServerVersion);
    others.collect()
}

#[test]
fn an_untouched_stage_is_clean() {
    let stage = Stage::new();
    assert_eq!(found(&mut stage.serving()), []);
}

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

type Expected = &'static [(Severity, Check, &'static str)];

/// What breaks the stage, what is then found where, and what cleans up when that is mended.
const CASES: [(&str, Expected, &str); 17] = [
    (
        "ALTER TABLE `lines` MODIFY order_id BIGINT NULL",
        &[(ERROR, NullableOwner, "lines")],
        "",
    ),
    (
        "ALTER TABLE orders MODIFY owner CHAR(36) NOT NULL",
        &[(ERROR, KeyType, "orders")],
        "ALTER TABLE orders MODIFY owner BINARY(16) NOT NULL",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY of_log;
         ALTER TABLE marks MODIFY tenant VARCHAR(40) COLLATE utf8mb4_general_ci",
        &[
            (ERROR, LooseKey, "marks"),
            (ERROR, MissingForeignKey, "marks"),
        ],
        "",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_1;
         ALTER TABLE marks MODIFY tenant VARCHAR(40) COLLATE utf8mb4_bin",
        &[
            (ERROR, LooseKey, "marks"),
            (ERROR, MissingForeignKey, "marks"),
        ],
        "",
    ),
    (
        "ALTER TABLE logs ADD UNIQUE by_name (name)",
        &[(ERROR, UniqueKey, "logs")],
        "ALTER TABLE logs DROP INDEX by_name",
    ),
    (
        "ALTER TABLE logs ADD UNIQUE by_name (name, tenant)",
        &[(WARNING, UniqueKeyOrder, "logs")],
        "ALTER TABLE logs DROP INDEX by_name",
    ),
    (
        // A part of the tenant is not the tenant.
        "ALTER TABLE logs ADD UNIQUE by_name (tenant(3), name)",
        &[(ERROR, UniqueKey, "logs")],
        "ALTER TABLE logs DROP INDEX by_name",
    ),
    (
        "ALTER TABLE `lines` MODIFY id BIGINT",
        &[(ERROR, PrimaryKey, "lines")],
        "ALTER TABLE `lines` MODIFY id BIGINT AUTO_INCREMENT",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_1,
            ADD CONSTRAINT single FOREIGN KEY (log_id) REFERENCES logs (id)",
        &[(ERROR, ForeignKey, "marks")],
        "",
    ),
    (
        "ALTER TABLE marks ADD CONSTRAINT emptied FOREIGN KEY (tenant) REFERENCES logs (tenant)
            ON DELETE SET NULL",
        &[(ERROR, EmptiedOwner, "marks")],
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_2",
    ),
    (
        "ALTER TABLE `lines` DROP FOREIGN KEY of_order",
        &[(ERROR, MissingForeignKey, "lines")],
        "",
    ),
    (
        "ALTER TABLE `lines` DROP FOREIGN KEY lines_ibfk_1, DROP INDEX order_id",
        &[
            (ERROR, MissingForeignKey, "lines"),
            (WARNING, MissingIndex, "lines"),
        ],
        "",
    ),
    (
        "CREATE TABLE extra (id INT)",
        &[(WARNING, UndeclaredTable, "extra")],
        "DROP TABLE extra",
    ),
    (
        "CREATE TABLE extra (tenant TEXT)",
        &[(ERROR, UndeclaredTable, "extra")],
        "DROP TABLE extra",
    ),
    (
        "CREATE VIEW shown AS SELECT name FROM logs",
        &[(WARNING, UndeclaredView, "shown")],
        "DROP VIEW shown",
    ),
    (
        "RENAME TABLE orders TO bills",
        &[
            (ERROR, UndeclaredTable, "bills"),
            (ERROR, MissingForeignKey, "lines"),
            (ERROR, MissingTable, "orders"),
        ],
        "RENAME TABLE bills TO orders",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_1; ALTER TABLE marks ENGINE = MyISAM",
        &[
            (ERROR, Engine, "marks"),
            (ERROR, MissingForeignKey, "marks"),
        ],
        "",
    ),
];

#[test]
fn each_mistake_is_found_and_mended() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    for (breaks, expected, cleans) in CASES {
        owner
            .batch_execute(breaks)
            .unwrap_or_else(|error| panic!("{breaks}: {error}"));
        let found_now = found(&mut stage.serving());
        let mut told: Vec<_> = found_now
            .iter()
            .map(|found| {
                (
                    found.severity,
                    found.check,
                    found.table.as_deref().unwrap_or("*"),
                )
            })
            .collect();
        told.dedup();
        assert_eq!(told, expected, "{breaks}: {found_now:#?}");
        for mend in found_now.iter().filter_map(|found| found.mend.as_deref()) {
            owner
                .batch_execute(mend)
                .unwrap_or_else(|error| panic!("{mend}: {error}"));
        }
        if !cleans.is_empty() {
            owner.batch_execute(cleans).unwrap();
        }
        assert_eq!(found(&mut stage.serving()), [], "after {breaks}");
    }
}

#[test]
fn a_connection_that_takes_what_does_not_fit_is_found() {
    let stage = Stage::new();
    for (breaks, check) in [
        ("SET SESSION sql_mode = ''", LaxMode),
        ("SET SESSION foreign_key_checks = 0", ForeignKeysOff),
    ] {
        let mut conn = stage.serving();
        conn.batch_execute(breaks).unwrap();
        let findings = found(&mut conn);
        let checks: Vec<Check> = findings.iter().map(|found| found.check).collect();
        assert_eq!(checks, [check], "{breaks}");
        conn.batch_execute(findings[0].mend.as_deref().unwrap())
            .unwrap();
        assert_eq!(found(&mut conn), []);
    }
}

#[test]
fn a_user_with_rights_to_tables_is_found() {
    let stage = Stage::new();
    let findings = found(&mut stage.owner());
    let told: Vec<_> = findings
        .iter()
        .map(|found| (found.severity, found.check))
        .collect();
    assert_eq!(told, [(WARNING, Rights)]);
    assert!(findings[0].problem.contains("DROP"), "{findings:?}");
}

#[test]
fn a_database_inspects_through_its_pool() {
    let stage = Stage::new();
    let socket = env::var("TENANCY_MARIADB").unwrap();
    let url = format!(
        "mysql://serving@localhost/{}?unix_socket={socket}",
        stage.name
    );
    let db = Database::<MysqlConnection>::open(&url).unwrap();
    let inspection = db.inspect(&tables()).unwrap();
    assert!(!inspection.has_errors(), "{inspection}");
}

/// The tables as they may stand before anybody protects them.
const BARE: &str = "
    CREATE TABLE logs (
        id BIGINT AUTO_INCREMENT PRIMARY KEY,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
        name VARCHAR(40) NOT NULL
    );
    CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, owner BINARY(16) NOT NULL);
    CREATE TABLE `lines` (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT NOT NULL);
    CREATE TABLE marks (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, log_id BIGINT NOT NULL,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
    );
    INSERT INTO logs (tenant, name) VALUES ('anna', 'first'), ('ben', 'first');
    INSERT INTO marks (log_id, tenant) VALUES (1, 'anna'), (2, 'ben');
";

const SERVING: &str = "serving@localhost";

/// A stage whose serving user has no rights yet.
fn bare() -> Stage {
    let stage = Stage::new();
    let strip = format!(
        "REVOKE SELECT, INSERT, UPDATE, DELETE ON {}.* FROM serving@localhost;
         DROP TABLE `lines`, orders, marks, logs; {BARE}",
        stage.name
    );
    stage.owner().batch_execute(&strip).unwrap();
    stage
}

const TOLD: &str = "\
    logs: unique key (tenant, id), for references within a tenant\n\
    orders: unique key (owner, id), for references within a tenant\n\
    lines: index that begins with order_id\n\
    marks: unique key (tenant, id), for references within a tenant\n\
    lines: reference (order_id) to orders (id)\n\
    marks: reference (tenant, log_id) to logs (tenant, id)\n\
    logs: rights of serving@localhost\n\
    orders: rights of serving@localhost\n\
    lines: rights of serving@localhost\n\
    marks: rights of serving@localhost\n";

fn pending(stage: &Stage) -> String {
    let pending = tables().pending(&mut stage.owner(), SERVING).unwrap();
    pending.to_string()
}

#[test]
fn what_would_change_is_told_and_then_done_once() {
    let stage = bare();
    assert_eq!(pending(&stage), TOLD);
    assert_eq!(pending(&stage), TOLD);
    let done = tables().protect(&mut stage.owner(), SERVING).unwrap();
    assert_eq!(done.to_string(), TOLD);
    assert_eq!(pending(&stage), "");
    let again = tables().protect(&mut stage.owner(), SERVING).unwrap();
    assert!(again.steps().is_empty(), "{again}");
    assert_eq!(found(&mut stage.serving()), []);
}

#[test]
fn the_text_does_the_same_and_is_taken_back() {
    let stage = bare();
    let protection = tables().protection_on::<MysqlConnection>(SERVING).unwrap();
    let mut owner = stage.owner();
    for _ in 0..2 {
        owner.batch_execute(&protection.up()).unwrap();
        assert_eq!(pending(&stage), "");
    }
    for _ in 0..2 {
        owner.batch_execute(&protection.down()).unwrap();
        assert_eq!(pending(&stage), TOLD);
    }
}

#[test]
fn each_step_that_is_missing_is_told() {
    let stage = bare();
    let mut owner = stage.owner();
    tables().protect(&mut owner, SERVING).unwrap();
    for (breaks, told) in [
        (
            "ALTER TABLE marks DROP FOREIGN KEY marks_log_id_tenancy_fkey,
                ADD CONSTRAINT other FOREIGN KEY (log_id) REFERENCES logs (id)",
            "marks: reference (tenant, log_id) to logs (tenant, id)\n",
        ),
        (
            "ALTER TABLE orders DROP INDEX orders_tenancy_key, ADD INDEX plain (owner, id),
                ADD UNIQUE part (owner(8), id)",
            "orders: unique key (owner, id), for references within a tenant\n",
        ),
        (
            "GRANT DROP ON logs TO serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
        (
            "GRANT UPDATE (tenant) ON logs TO serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
        (
            "REVOKE UPDATE (name) ON logs FROM serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
    ] {
        owner.batch_execute(breaks).unwrap();
        assert_eq!(pending(&stage), told, "{breaks}");
        let done = tables().protect(&mut owner, SERVING).unwrap();
        assert_eq!(done.to_string(), told, "{breaks}");
        assert_eq!(pending(&stage), "", "{breaks}");
    }
}

#[test]
fn l_60_l_94_the_serving_user_refers_within_a_tenant_and_gives_no_row_away() {
    let stage = bare();
    tables().protect(&mut stage.owner(), SERVING).unwrap();
    let mut conn = stage.serving();
    for sql in [
        "SELECT tenant FROM logs",
        "INSERT INTO logs (tenant, name) VALUES ('anna', 'second')",
        "UPDATE logs SET name = 'third' WHERE id = 1",
        "DELETE FROM marks WHERE id = 1",
        "INSERT INTO marks (tenant, log_id) VALUES ('anna', 1)",
    ] {
        conn.batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for sql in [
        "UPDATE logs SET tenant = 'ben' WHERE id = 1",
        "TRUNCATE logs",
        "DROP TABLE logs",
        "ALTER TABLE logs ADD more INT",
        "INSERT INTO marks (tenant, log_id) VALUES ('anna', 2)",
    ] {
        let text = conn.batch_execute(sql).unwrap_err().to_string();
        let known = ["denied", "foreign key constraint fails"];
        assert!(known.iter().any(|of| text.contains(of)), "{sql}: {text}");
    }
}

/// Each statement of MariaDB's commits by itself.
#[test]
fn where_it_stopped_is_told_and_the_next_time_goes_on() {
    let stage = bare();
    let mut owner = stage.owner();
    owner
        .batch_execute("UPDATE marks SET log_id = 2 WHERE id = 1")
        .unwrap();
    let refused = tables().protect(&mut owner, SERVING).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "stopped at \"marks: reference (tenant, log_id) to logs (tenant, id)\"; steps that were \
         taken before and stay: 5"
    );
    let Error::Unfinished { source, .. } = refused else {
        panic!("{refused:?}");
    };
    assert!(
        matches!(*source, Error::ForeignKeyViolation { .. }),
        "{source:?}"
    );
    let left = pending(&stage);
    assert_eq!(TOLD.find(&left), Some(TOLD.len() - left.len()), "{left}");
    assert_eq!(left.lines().count(), 5, "{left}");
    owner
        .batch_execute("UPDATE marks SET log_id = 1 WHERE id = 1")
        .unwrap();
    let done = tables().protect(&mut owner, SERVING).unwrap();
    assert_eq!(done.to_string(), left);
    assert_eq!(pending(&stage), "");
}

#[test]
fn a_table_that_is_not_there_is_named_before_anything_is_done() {
    let stage = bare();
    let mut owner = stage.owner();
    owner.batch_execute("DROP TABLE `lines`").unwrap();
    for refused in [
        tables().protect(&mut owner, SERVING).unwrap_err(),
        tables().pending(&mut owner, SERVING).unwrap_err(),
    ] {
        assert_eq!(
            refused.to_string(),
            "the table `lines` is in the catalog, and not in the database"
        );
    }
    owner
        .batch_execute("CREATE TABLE `lines` (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL)")
        .unwrap();
    assert_eq!(pending(&stage), TOLD);
}

#[test]
fn a_user_without_rights_protects_nothing() {
    let stage = Stage::new();
    let refused = tables().protect(&mut stage.serving(), SERVING).unwrap_err();
    let Error::Unfinished { source, taken, .. } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(taken, 0);
    assert!(source.to_string().contains("denied"), "{source}");
}

#[test]
fn a_distributed_catalog_is_for_postgresql() {
    let refused = catalog!(Log, distributed).protection_on::<MysqlConnection>(SERVING);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the table `logs` is of a distributed catalog, which is for PostgreSQL only"
    );
}
