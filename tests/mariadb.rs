//! What an inspection finds on MariaDB: each check, on a database that one statement broke; what
//! a catalog puts there; and what MariaDB does in a way of its own, in modules.
//!
//! The tests need a server: `cargo xtask test` starts it, `cargo xtask servers` leaves it
//! running for tests by hand.

#[path = "mariadb/lost.rs"]
mod lost;
#[path = "mariadb/mends.rs"]
mod mends;
#[path = "mariadb/migrate.rs"]
mod migrate;
#[path = "mariadb/protection.rs"]
mod protection;
#[path = "mariadb/settings.rs"]
mod settings;
#[path = "mariadb/taken_back.rs"]
mod taken_back;

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
             REVOKE SELECT, INSERT, UPDATE, DELETE ON {0}.* FROM serving@localhost",
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

/// Before 10.11.5 the server's own UUIDs were in another order, and inspection says so.
#[test]
fn the_servers_own_uuids_of_version_7_are_in_the_order_of_time() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let mut sql = "CREATE TABLE timed (id UUID PRIMARY KEY, nr INT NOT NULL)".to_owned();
    // A step in each byte of the time. What comes behind the time goes the other way.
    let times = [
        1,
        2,
        1 << 8,
        1 << 16,
        1 << 24,
        1 << 32,
        1 << 40,
        (1 << 48) - 1,
    ];
    for (nr, time) in (0_u8..8).zip(times).rev() {
        let id = uuid::Builder::from_unix_timestamp_millis(time, &[255 - nr; 10]).into_uuid();
        sql += &format!("; INSERT INTO timed VALUES ('{id}', {nr})");
    }
    owner.batch_execute(&sql).unwrap();
    let by_id: Vec<i32> = diesel::sql_query("SELECT nr FROM timed ORDER BY id")
        .load::<Nr>(&mut owner)
        .unwrap()
        .into_iter()
        .map(|row| row.nr)
        .collect();
    assert_eq!(by_id, [0, 1, 2, 3, 4, 5, 6, 7]);
    let findings = tables().inspect(&mut owner).unwrap().findings().to_vec();
    assert!(findings.iter().all(|found| found.check != ServerVersion));
}

#[derive(QueryableByName)]
struct Nr {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    nr: i32,
}

diesel::define_sql_function! {
    #[aggregate]
    #[window]
    fn json_arrayagg(id: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

/// Without FILTER the condition makes the argument NULL, which this one would not leave out.
#[test]
fn a_filter_that_would_give_another_result_is_refused() {
    let stage = Stage::new();
    let (db, scope) = stage.anna();
    let mut session = db.session(&scope).unwrap();
    let refused = Repo::<Log>::new(&scope)
        .query()
        .select(filtered(json_arrayagg(logs::id), logs::id.gt(1)))
        .get_result::<String>(&mut session);
    assert!(
        matches!(refused, Err(Error::Unsupported { .. })),
        "{refused:?}"
    );
}

/// The client library would wait for ever for the rest of what the failed run returned.
#[test]
fn a_write_that_failed_while_it_returned_runs_again() {
    let stage = Stage::new();
    let unique = "ALTER TABLE logs ADD UNIQUE (tenant, name)";
    stage.owner().batch_execute(unique).unwrap();
    let (db, scope) = stage.anna();
    let mut session = db.session(&scope).unwrap();
    let logs = Repo::<Log>::new(&scope);
    let insert = |name: &str, session: &mut _| {
        let new = (logs::name.eq(name.to_owned()),);
        logs.insert(new)
            .returning(logs::name)
            .get_result::<String>(session)
    };
    insert("a", &mut session).unwrap();
    for _ in 0..2 {
        let taken = insert("a", &mut session);
        assert!(
            matches!(taken, Err(Error::UniqueViolation { .. })),
            "{taken:?}"
        );
    }
    insert("b", &mut session).unwrap();
    // Within a transaction the rest of it stays.
    let kept = session.transaction(|session| {
        insert("c", session)?;
        assert!(insert("c", session).is_err());
        insert("d", session)
    });
    assert_eq!(kept.unwrap(), "d");
    assert_eq!(
        logs.query()
            .count()
            .get_result::<i64>(&mut session)
            .unwrap(),
        4
    );
}

/// The run that is to be taken back would stay beside the one that counts.
#[test]
fn a_write_to_a_table_without_transactions_returns_nothing() {
    let stage = Stage::new();
    let engine = "ALTER TABLE marks DROP FOREIGN KEY of_log; ALTER TABLE logs ENGINE = MyISAM";
    stage.owner().batch_execute(engine).unwrap();
    let (db, scope) = stage.anna();
    let mut session = db.session(&scope).unwrap();
    let logs = Repo::<Log>::new(&scope);
    let before: i64 = logs.query().count().get_result(&mut session).unwrap();
    let written = logs
        .insert((logs::name.eq("a"),))
        .returning(logs::name)
        .get_result::<String>(&mut session);
    assert!(
        matches!(written, Err(Error::Transaction { .. })),
        "{written:?}"
    );
    let after: i64 = logs.query().count().get_result(&mut session).unwrap();
    assert_eq!(after, before + 1);
}

/// The client library reads behind the end of an empty text.
#[test]
fn an_empty_setting_is_none() {
    let stage = Stage::new();
    let builder = Database::<MysqlConnection>::builder().on_connect("");
    assert!(builder.open(&address("serving", &stage.name)).is_ok());
}

#[test]
fn a_database_inspects_through_its_pool() {
    let stage = Stage::new();
    let db = stage.open("serving", 10);
    let inspection = db.inspect(&tables()).unwrap();
    assert!(!inspection.has_errors(), "{inspection}");
}
