//! Migrations run once, in their order.

#[cfg(feature = "sqlite")]
use diesel::connection::SimpleConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion,
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::Error;

use crate::dialect::{self, Backend};
use crate::support::*;

// MySQL and MariaDB commit each statement that changes the schema.
#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
mod one_by_one;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod together;

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

#[test]
fn a_migration_outside_of_the_transaction_is_refused() {
    let (db, file) = empty();
    let mut two = steps(&[
        ("1_a", "CREATE TABLE a (x INTEGER)"),
        ("2_b", "CREATE TABLE b (x INTEGER)"),
    ]);
    two.0[1].in_transaction = false;
    let error = db.migrate(two).unwrap_err();
    assert!(
        matches!(&error, Error::Migration { name, .. } if name == "2_b"),
        "{error:?}"
    );
    assert!(all_text(&error).contains("run_in_transaction"));
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
