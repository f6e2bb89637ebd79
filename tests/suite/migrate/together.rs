//! All of the pending migrations, or none.

use tenancy::Error;

use super::{empty, steps, tables};

#[test]
fn none_stays_when_one_fails_and_the_error_names_it() {
    let (db, file) = empty();
    let error = db
        .migrate(steps(&[
            ("1_a", "CREATE TABLE a (x INTEGER)"),
            (
                "2_b",
                "CREATE TABLE b (x INTEGER); INSERT INTO nowhere VALUES (1)",
            ),
            ("3_c", "CREATE TABLE c (x INTEGER)"),
        ]))
        .unwrap_err();
    assert!(
        matches!(&error, Error::Migration { name, .. } if name == "2_b"),
        "{error:?}"
    );
    assert_eq!(tables(&file), Vec::<String>::new());
    // It goes on from there.
    db.migrate(steps(&[("1_a", "CREATE TABLE a (x INTEGER)")]))
        .unwrap();
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "a"]);
}

#[test]
fn what_ran_before_stays_when_a_later_one_fails() {
    let (db, file) = empty();
    let first = ("1_a", "CREATE TABLE a (x INTEGER)");
    db.migrate(steps(&[first])).unwrap();
    let failed = db.migrate(steps(&[
        first,
        ("2_b", "CREATE TABLE b (x INTEGER)"),
        ("3_c", "NONSENSE"),
    ]));
    assert!(failed.is_err());
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "a"]);
}
