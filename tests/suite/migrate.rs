//! Migrations run all, or not at all.

#[cfg(feature = "sqlite")]
use diesel::connection::SimpleConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion,
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::Error;

use crate::dialect::{self, Backend};
use crate::support::*;

const EMBEDDED: EmbeddedMigrations = embed_migrations!("tests/gear/migrations");

/// A migration that is its name and its SQL.
#[derive(Clone)]
struct Step {
    name: &'static str,
    sql: &'static str,
    in_transaction: bool,
}

#[derive(Clone)]
struct Steps(Vec<Step>);

fn steps(given: &[(&'static str, &'static str)]) -> Steps {
    Steps(
        given
            .iter()
            .map(|&(name, sql)| Step {
                name,
                sql,
                in_transaction: true,
            })
            .collect(),
    )
}

impl MigrationSource<Backend> for Steps {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<Backend>>>> {
        Ok(self
            .0
            .iter()
            .map(|step| Box::new(step.clone()) as Box<dyn Migration<Backend>>)
            .collect())
    }
}

impl Migration<Backend> for Step {
    fn run(
        &self,
        conn: &mut dyn diesel::connection::BoxableConnection<Backend>,
    ) -> diesel::migration::Result<()> {
        Ok(conn.batch_execute(self.sql)?)
    }

    fn revert(
        &self,
        _: &mut dyn diesel::connection::BoxableConnection<Backend>,
    ) -> diesel::migration::Result<()> {
        Ok(())
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl MigrationMetadata for Step {
    fn run_in_transaction(&self) -> bool {
        self.in_transaction
    }
}

impl MigrationName for Step {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.name.split('_').next().unwrap())
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

fn tables(file: &Stage) -> Vec<String> {
    lines(&mut file.raw(), dialect::TABLES)
}

/// An empty database, whose user may make tables.
fn empty() -> (Db, Stage) {
    let file = Stage::new(&[]);
    file.fill(dialect::MAY_MAKE_TABLES);
    (builder().open(&file.url).unwrap(), file)
}

#[test]
fn pending_migrations_run_once() {
    let (db, file) = empty();
    assert_eq!(
        db.migrate(EMBEDDED).unwrap(),
        ["2026-01-01-000000_categories"]
    );
    assert_eq!(db.migrate(EMBEDDED).unwrap(), Vec::<String>::new());
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "categories"]);
}

#[test]
fn new_migrations_run_after_old_ones() {
    let (db, file) = empty();
    let first = ("1_a", "CREATE TABLE a (x INTEGER)");
    let second = ("2_b", "CREATE TABLE b (x INTEGER)");
    assert_eq!(db.migrate(steps(&[first])).unwrap(), ["1_a"]);
    assert_eq!(db.migrate(steps(&[second, first])).unwrap(), ["2_b"]);
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "a", "b"]);
}

/// The one that failed, and the last complete one.
fn failed(result: tenancy::Result<Vec<String>>) -> (String, Option<String>) {
    match result {
        Err(Error::Migration {
            name,
            last_complete,
            ..
        }) => (name, last_complete),
        other => panic!("{other:?}"),
    }
}

// MySQL keeps each change of the schema at once: `tests/mariadb/migrate.rs` says what it does.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[test]
fn none_stays_when_one_fails_and_the_error_names_it() {
    let (db, file) = empty();
    let result = db.migrate(steps(&[
        ("1_a", "CREATE TABLE a (x INTEGER)"),
        (
            "2_b",
            "CREATE TABLE b (x INTEGER); INSERT INTO nowhere VALUES (1)",
        ),
        ("3_c", "CREATE TABLE c (x INTEGER)"),
    ]));
    assert_eq!(failed(result), ("2_b".into(), None));
    assert_eq!(tables(&file), Vec::<String>::new());
    // It goes on from there.
    db.migrate(steps(&[("1_a", "CREATE TABLE a (x INTEGER)")]))
        .unwrap();
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "a"]);
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[test]
fn what_ran_before_stays_when_a_later_one_fails() {
    let (db, file) = empty();
    let first = ("1_a", "CREATE TABLE a (x INTEGER)");
    db.migrate(steps(&[first])).unwrap();
    let result = db.migrate(steps(&[
        first,
        ("2_b", "CREATE TABLE b (x INTEGER)"),
        ("3_c", "NONSENSE"),
    ]));
    assert_eq!(failed(result), ("3_c".into(), Some("1_a".into())));
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "a"]);
}

#[test]
fn a_migration_outside_of_the_transaction_is_refused() {
    let (db, file) = empty();
    let mut two = steps(&[
        ("1_a", "CREATE TABLE a (x INTEGER)"),
        ("2_b", "CREATE TABLE b (x INTEGER)"),
    ]);
    two.0[1].in_transaction = false;
    let error = db.migrate(two).unwrap_err();
    assert!(all_text(&error).contains("run_in_transaction"));
    assert_eq!(failed(Err(error)), ("2_b".into(), None));
    assert!(!tables(&file).contains(&"a".to_owned()));
}

#[cfg(feature = "sqlite")]
#[test]
fn a_locked_database_is_told() {
    let file = Stage::new(&[]);
    file.fill("CREATE TABLE t (x INTEGER)");
    let db = builder()
        .busy_timeout(std::time::Duration::ZERO)
        .open(&file.url)
        .unwrap();
    let mut other = file.raw();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let error = db.migrate(EMBEDDED).unwrap_err();
    assert!(matches!(error, Error::Locked), "{error:?}");
}

/// A failed migration must not take the database with it.
#[cfg(feature = "sqlite")]
#[test]
fn a_database_in_memory_survives_a_migration_that_fails() {
    let db = builder().max_size(1).open(":memory:").unwrap();
    db.migrate(EMBEDDED).unwrap();
    assert!(db.migrate(steps(&[("9999_x", "NONSENSE")])).is_err());
    assert_eq!(db.migrate(EMBEDDED).unwrap(), Vec::<String>::new());
}

/// On a database in memory the connection stays, and is set anew.
#[cfg(feature = "sqlite")]
#[test]
fn what_a_migration_has_set_does_not_come_back() {
    use diesel::prelude::*;
    use diesel::sql_types::Integer;
    use tenancy::{AuthError, Authenticator, Claims};

    struct Timeout;

    impl Authenticator<Conn> for Timeout {
        type Credential<'a> = ();
        type Key = i64;

        fn authenticate(&self, conn: &mut Conn, (): ()) -> Result<Claims<i64>, AuthError> {
            let timeout = diesel::dsl::sql::<Integer>("SELECT timeout FROM pragma_busy_timeout");
            let timeout: i32 = timeout.get_result(conn)?;
            Ok(Claims::new(timeout.into()))
        }
    }

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gear.db");
    for url in [":memory:", path.to_str().unwrap()] {
        let db = builder()
            .max_size(1)
            .on_connect("PRAGMA busy_timeout = 4321")
            .open(url)
            .unwrap();
        let timeout = || {
            let identity = db.authenticate(&Timeout, ()).unwrap();
            *tenancy::TenantScope::new(&identity).unwrap().tenant()
        };
        let sets = "PRAGMA busy_timeout = 1; CREATE TABLE a (x INTEGER)";
        db.migrate(steps(&[("1_a", sets)])).unwrap();
        assert_eq!(timeout(), 4321, "{url}");
        let fails = "PRAGMA busy_timeout = 1; NONSENSE";
        drop(db.migrate(steps(&[("1_a", sets), ("2_b", fails)])));
        assert_eq!(timeout(), 4321, "{url}");
    }
}
