//! Migrations that end the transaction which all pending ones run in.

use std::fs;

use diesel::prelude::*;
use diesel_migrations::FileBasedMigrations;
use tenancy::{Error, Transport};

use crate::stage::*;

/// What went wrong, and what is there behind it.
fn after(migrations: &[(&str, &str)]) -> (Result<Vec<String>, Failed>, Vec<String>) {
    let stage = Stage::new();
    let directory = tempfile::tempdir().unwrap();
    for (name, up) in migrations {
        let one = directory.path().join(name);
        fs::create_dir(&one).unwrap();
        fs::write(one.join("up.sql"), up).unwrap();
        fs::write(one.join("down.sql"), "SELECT 1").unwrap();
    }
    let files = FileBasedMigrations::from_path(directory.path()).unwrap();
    let db = stage.open_as_with("owner", Transport::Direct, "SELECT 1");
    let ran = db.migrate(files).map_err(|error| match error {
        Error::Migration {
            name,
            last_complete,
            source,
        } => Failed {
            name,
            last_complete,
            source: source.to_string(),
        },
        other => panic!("{other}"),
    });
    let tables = "SELECT relname::text FROM pg_class WHERE relname ~ '^m[0-9]$' ORDER BY 1";
    let tables = diesel::dsl::sql::<diesel::sql_types::Text>(tables);
    (ran, tables.load(&mut stage.raw()).unwrap())
}

#[derive(Debug)]
struct Failed {
    name: String,
    last_complete: Option<String>,
    source: String,
}

const A: &str = "2026-01-01-000000_a";
const B: &str = "2026-01-02-000000_b";
const ENDED: &str = "a migration has ended the transaction that all pending ones run in, and what was \
    committed by that or done behind it stays: ";
const C: &str = "2026-01-03-000000_c";

#[test]
fn a_commit_in_a_migration_that_fails_says_what_stays() {
    let (ran, tables) = after(&[
        (A, "CREATE TABLE m1 (x int)"),
        (
            B,
            "CREATE TABLE m2 (x int); COMMIT; BEGIN; CREATE TABLE m3 (x int); SELECT 1 / 0",
        ),
    ]);
    let failed = ran.unwrap_err();
    assert_eq!(tables, ["m1", "m2"]);
    assert_eq!(
        (&*failed.name, failed.last_complete.as_deref()),
        (B, Some(A))
    );
    assert!(failed.source.starts_with(ENDED));
    assert!(
        failed.source.contains("division by zero"),
        "{}",
        failed.source
    );
}

#[test]
fn a_migration_that_commits_is_the_last_one_that_runs() {
    let (ran, tables) = after(&[
        (A, "CREATE TABLE m1 (x int)"),
        (
            B,
            "CREATE TABLE m2 (x int); COMMIT; CREATE TABLE m3 (x int)",
        ),
        (C, "CREATE TABLE m4 (x int)"),
    ]);
    let failed = ran.unwrap_err();
    assert_eq!(tables, ["m1", "m2", "m3"]);
    assert_eq!(
        (&*failed.name, failed.last_complete.as_deref()),
        (B, Some(B))
    );
    assert!(failed.source.starts_with(ENDED), "{}", failed.source);
}

#[test]
fn a_migration_that_rolls_back_is_not_taken_for_done() {
    let (ran, tables) = after(&[
        (A, "CREATE TABLE m1 (x int); ROLLBACK"),
        (B, "CREATE TABLE m2 (x int)"),
    ]);
    let failed = ran.unwrap_err();
    assert!(tables.is_empty(), "{tables:?}");
    assert_eq!(failed.name, A);
    assert!(failed.source.starts_with(ENDED), "{}", failed.source);
}

#[test]
fn one_that_fails_by_itself_leaves_nothing() {
    let (ran, tables) = after(&[
        (A, "CREATE TABLE m1 (x int); RESET ALL"),
        (B, "CREATE TABLE m2 (x int); SELECT 1 / 0"),
    ]);
    let failed = ran.unwrap_err();
    assert!(tables.is_empty(), "{tables:?}");
    assert_eq!((&*failed.name, failed.last_complete.as_deref()), (B, None));
    assert!(failed.source.contains("division by zero") && !failed.source.starts_with(ENDED));
    let (ran, tables) = after(&[
        (A, "CREATE TABLE m1 (x int)"),
        (B, "CREATE TABLE m2 (x int)"),
    ]);
    assert_eq!((ran.unwrap().len(), tables.len()), (2, 2));
}
