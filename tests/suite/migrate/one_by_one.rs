//! Where the database commits each statement that changes the schema.

use tenancy::Error;

use super::{empty, steps, tables};

#[test]
fn the_error_names_the_last_complete_migration() {
    let (db, file) = empty();
    let error = db
        .migrate(steps(&[
            ("1_a", "CREATE TABLE a (x INTEGER)"),
            ("2_b", "CREATE TABLE b (x INTEGER)"),
            ("3_c", "CREATE TABLE c (x INTEGER); NONSENSE"),
            ("4_d", "CREATE TABLE d (x INTEGER)"),
        ]))
        .unwrap_err();
    let Error::Migration { name, complete, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((name.as_str(), complete.as_deref()), ("3_c", Some("2_b")));
    assert!(
        error
            .to_string()
            .ends_with("`3_c` failed; the last complete one is `2_b`")
    );
    assert_eq!(tables(&file), ["__diesel_schema_migrations", "a", "b", "c"]);
    // It goes on behind the last complete one.
    let rest = steps(&[
        ("1_a", "NONSENSE"),
        ("2_b", "NONSENSE"),
        ("3_c", "CREATE TABLE IF NOT EXISTS c (x INTEGER)"),
    ]);
    assert_eq!(db.migrate(rest).unwrap(), ["3_c"]);
}

#[test]
fn without_a_complete_one_none_is_named() {
    let (db, _file) = empty();
    let error = db.migrate(steps(&[("1_a", "NONSENSE")])).unwrap_err();
    assert!(
        matches!(&error, Error::Migration { name, complete: None, .. } if name == "1_a"),
        "{error:?}"
    );
}
