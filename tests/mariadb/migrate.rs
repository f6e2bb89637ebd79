//! Migrations on a database that keeps each change of the schema at once.

use std::fs;

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::FileBasedMigrations;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error};

use crate::Stage;

/// The migrations in a directory, which may end before they run.
fn steps(given: &[(&str, &str)]) -> FileBasedMigrations {
    let directory = tempfile::tempdir().unwrap().keep();
    for (name, sql) in given {
        fs::create_dir(directory.join(name)).unwrap();
        fs::write(directory.join(name).join("up.sql"), sql).unwrap();
        if sql.is_empty() {
            let outside = "run_in_transaction = false";
            fs::write(directory.join(name).join("metadata.toml"), outside).unwrap();
        }
    }
    FileBasedMigrations::from_path(directory).unwrap()
}

fn open(stage: &Stage) -> Database<MysqlConnection> {
    stage.open("owner", 1)
}

const FIRST: (&str, &str) = ("1_a", "CREATE TABLE a (x INT)");
const LAST: (&str, &str) = ("3_c", "CREATE TABLE c (x INT)");

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

fn count(stage: &Stage, what: &str) -> i64 {
    let count = sql::<BigInt>(&format!("SELECT count(*) FROM {what}"));
    count.get_result(&mut stage.owner()).unwrap()
}

/// Whether there are tables of these names.
fn are_there(stage: &Stage, names: [&str; 3]) -> [bool; 3] {
    names.map(|name| {
        count(
            stage,
            &format!(
                "information_schema.tables \
                 WHERE table_schema = database() AND table_name = '{name}'"
            ),
        ) == 1
    })
}

#[test]
fn one_that_fails_is_named_with_the_last_complete_one() {
    let stage = Stage::new();
    let db = open(&stage);
    let broken = "INSERT INTO a VALUES (1); CREATE TABLE b (x INT); INSERT INTO b VALUES (1); \
                  INSERT INTO nowhere VALUES (1)";
    let result = db.migrate(steps(&[FIRST, ("2_b", broken), LAST]));
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the migration `2_b` failed; the last complete one is `1_a`"
    );
    assert_eq!(are_there(&stage, ["a", "b", "c"]), [true, true, false]);
    // What came before its last change of the schema is kept, and what came behind is not.
    assert_eq!((count(&stage, "a"), count(&stage, "b")), (1, 0));
    let ran = db.migrate(steps(&[FIRST, ("2_b", "DROP TABLE b"), LAST]));
    assert_eq!(ran.unwrap(), ["2_b", "3_c"]);
    assert_eq!(are_there(&stage, ["a", "b", "c"]), [true, false, true]);
}

#[test]
fn what_is_done_to_rows_alone_is_whole() {
    let stage = Stage::new();
    let db = open(&stage);
    db.migrate(steps(&[FIRST])).unwrap();
    let rows = "INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1)";
    let result = db.migrate(steps(&[FIRST, ("2_rows", rows), LAST]));
    assert_eq!(failed(result), ("2_rows".into(), Some("1_a".into())));
    assert_eq!(count(&stage, "a"), 0);
    assert_eq!(are_there(&stage, ["a", "b", "c"]), [true, false, false]);
}

#[test]
fn the_first_that_fails_has_none_before_it() {
    let stage = Stage::new();
    let result = open(&stage).migrate(steps(&[("1_x", "NONSENSE"), LAST]));
    assert_eq!(failed(result), ("1_x".into(), None));
    assert_eq!(are_there(&stage, ["a", "b", "c"]), [false; 3]);
}

#[test]
fn one_outside_of_transactions_is_refused_before_any_runs() {
    let stage = Stage::new();
    let result = open(&stage).migrate(steps(&[FIRST, ("2_b", ""), LAST]));
    assert_eq!(failed(result), ("2_b".into(), None));
    assert_eq!(are_there(&stage, ["a", "b", "c"]), [false; 3]);
}

/// Tells what the connection says of itself.
pub(crate) struct Asks(pub(crate) &'static str);

impl Authenticator<MysqlConnection> for Asks {
    type Credential<'a> = &'a mut String;
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut MysqlConnection,
        answer: &mut String,
    ) -> Result<Claims<i64>, AuthError> {
        *answer = sql::<Text>(self.0).get_result(conn).unwrap();
        Ok(Claims::new(1))
    }
}

#[test]
fn the_connection_comes_back_as_it_was() {
    let stage = Stage::new();
    let db = open(&stage);
    for last in ["NONSENSE", "CREATE TABLE b (x INT)"] {
        drop(db.migrate(steps(&[FIRST, ("2_b", last)])));
        let mut answer = String::new();
        let asks = Asks("SELECT CAST((@@autocommit = 1) * 10 + @@in_transaction AS CHAR)");
        db.authenticate(&asks, &mut answer).unwrap();
        assert_eq!(answer, "10");
    }
}

/// A dump sets them, and takes them back at its end only.
#[test]
fn what_a_migration_has_set_does_not_come_back() {
    let stage = Stage::new();
    let db = open(&stage);
    let asks = "SELECT concat_ws(' ', @@foreign_key_checks, @@sql_mode, @@unique_checks)";
    let asks = Asks(asks);
    let mut before = String::new();
    db.authenticate(&asks, &mut before).unwrap();
    assert!(before.contains("STRICT_ALL_TABLES"), "{before}");
    let sets = "SET foreign_key_checks = 0; SET sql_mode = ''; SET unique_checks = 0;";
    for last in ["NONSENSE", "CREATE TABLE b (x INT)"] {
        drop(db.migrate(steps(&[FIRST, ("2_b", &format!("{sets} {last}"))])));
        let mut behind = String::new();
        db.authenticate(&asks, &mut behind).unwrap();
        assert_eq!(behind, before, "{last}");
    }
}

#[test]
fn a_server_that_goes_away_leaves_a_pool_that_works() {
    let stage = Stage::new();
    let db = open(&stage);
    let away = "CREATE TABLE b (x INT); KILL CONNECTION connection_id()";
    let result = db.migrate(steps(&[FIRST, ("2_b", away)]));
    assert_eq!(failed(result), ("2_b".into(), Some("1_a".into())));
    stage.owner().batch_execute("DROP TABLE b").unwrap();
    let ran = db.migrate(steps(&[FIRST, ("2_b", "CREATE TABLE b (x INT)")]));
    assert_eq!(ran.unwrap(), ["2_b"]);
}
