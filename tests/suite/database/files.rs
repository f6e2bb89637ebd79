//! What only SQLite has: files, databases in memory, and pragmas.

use diesel::connection::SimpleConnection;
use tenancy::prelude::*;
use tenancy::{Authenticator, Claims};

use super::*;

/// What a pragma says on the connection that an authenticator gets.
fn pragma(db: &Db, name: &'static str) -> String {
    struct Ask(&'static str, std::cell::RefCell<String>);

    impl Authenticator<crate::support::Conn> for Ask {
        type Credential<'a> = ();
        type Key = i64;

        fn authenticate(
            &self,
            conn: &mut crate::support::Conn,
            (): (),
        ) -> Result<Claims<i64>, tenancy::AuthError> {
            let name = self.0;
            let sql = format!("SELECT CAST(\"{name}\" AS TEXT) AS line FROM pragma_{name}");
            *self.1.borrow_mut() = lines(conn, &sql).concat();
            Ok(Claims::new(1))
        }
    }

    let ask = Ask(name, String::new().into());
    db.authenticate(&ask, ()).unwrap();
    ask.1.take()
}

#[test]
fn a_missing_directory_is_told() {
    let file = Stage::new(&[]);
    let error = error_of(Database::open(&format!("{}/missing/x.db", file.url)));
    assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
}

#[test]
fn a_directory_is_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let error = error_of(Database::open(directory.path().to_str().unwrap()));
    assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
}

#[test]
fn a_file_of_something_else_is_no_database() {
    let file = Stage::new(&[]);
    std::fs::write(&file.url, "Dear diary, today it rained. ".repeat(100)).unwrap();
    let error = error_of(Database::open(&file.url));
    assert!(matches!(error, Error::NotADatabase), "{error:?}");
}

#[test]
fn a_missing_file_is_created() {
    let file = Stage::new(&[]);
    builder().open(&file.url).unwrap();
    assert!(std::fs::exists(&file.url).unwrap());
}

#[test]
fn a_locked_file_is_told() {
    let file = Stage::new(&[]);
    let mut other = file.raw();
    other
        .batch_execute("CREATE TABLE t (x); BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)")
        .unwrap();
    for timeout in [Duration::ZERO, Duration::from_millis(1)] {
        let error = error_of(builder().busy_timeout(timeout).open(&file.url));
        assert!(matches!(error, Error::Locked), "{error:?}");
    }
    other.batch_execute("COMMIT").unwrap();
    builder()
        .busy_timeout(Duration::ZERO)
        .open(&file.url)
        .unwrap();
}

#[test]
fn a_lock_that_comes_later_is_told() {
    let gear = Gear::with(|builder| builder.busy_timeout(Duration::ZERO));
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let mut other = gear.raw();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let items = Repo::<Item>::new(&scope);
    let result = items.delete(items.query()).execute(&mut session);
    assert!(matches!(result, Err(Error::Locked)), "{result:?}");
}

#[test]
fn a_database_in_memory_is_one_only_with_one_connection() {
    for url in [
        ":memory:",
        "",
        "file::memory:",
        "file::memory:?cache=shared",
        "file:any?mode=memory",
        "file:any?mode=memory&cache=shared",
        "file:/any?vfs=memdb",
    ] {
        let error = error_of(builder().max_size(2).open(url));
        assert!(
            matches!(error, Error::Configuration { .. }),
            "{url}: {error:?}"
        );
        let error = error_of(Database::open(url));
        assert!(
            matches!(error, Error::Configuration { .. }),
            "{url}: {error:?}"
        );
    }
}

/// Ways to write the same that SQLite takes apart by itself.
#[test]
fn a_database_in_memory_is_recognised_however_it_is_written() {
    for url in [
        "file:any?mode=memor%79",
        "file:%3amemory%3a",
        "file:?cache=private",
        "file:",
        "sqlite://",
        "sqlite://:memory:",
    ] {
        let error = error_of(builder().max_size(2).open(url));
        assert!(
            matches!(error, Error::Configuration { .. }),
            "{url}: {error:?}"
        );
    }
}

fn in_memory() -> (Db, TenantScope<i64>) {
    let db = builder()
        .max_size(1)
        .on_connect(SCHEMA)
        .on_connect(ROWS)
        .open(":memory:")
        .unwrap();
    let scope = scope_of(&db, 1);
    (db, scope)
}

#[test]
fn a_database_in_memory_lives_as_long_as_its_pool() {
    let (db, scope) = in_memory();
    let items = Repo::<Item>::new(&scope);
    items
        .delete(RowId::<Item>::from_raw(1))
        .execute(&mut db.session(&scope).unwrap())
        .unwrap();
    for _ in 0..3 {
        let left: i64 = items
            .query()
            .count()
            .get_result(&mut db.session(&scope).unwrap())
            .unwrap();
        assert_eq!(left, 2);
    }
}

#[test]
fn a_database_in_memory_survives_what_is_rolled_back() {
    let (db, scope) = in_memory();
    let items = Repo::<Item>::new(&scope);
    items
        .delete(RowId::<Item>::from_raw(1))
        .execute(&mut db.session(&scope).unwrap())
        .unwrap();
    let _ = db.session(&scope).unwrap().transaction(|session| {
        items.delete(items.query()).execute(session)?;
        Err::<(), _>(Error::NotFound)
    });
    let left: i64 = items
        .query()
        .count()
        .get_result(&mut db.session(&scope).unwrap())
        .unwrap();
    assert_eq!(left, 2);
}

#[test]
fn foreign_keys_are_on_and_the_journal_is_written_ahead() {
    let gear = Gear::new();
    let held = [
        gear.db.session(&gear.anna()).unwrap(),
        gear.db.session(&gear.anna()).unwrap(),
    ];
    // A third connection.
    assert_eq!(pragma(&gear.db, "foreign_keys"), "1");
    assert_eq!(pragma(&gear.db, "journal_mode"), "wal");
    drop(held);
}

/// The bundled SQLite has them on by itself, others have not.
#[test]
fn foreign_keys_are_switched_on() {
    record();
    let file = Stage::new(&[]);
    let (_, sent) = sent_by(|| builder().open(&file.url).unwrap());
    assert!(
        sent.iter()
            .any(|sql| sql.contains("PRAGMA foreign_keys = ON")),
        "{sent:?}"
    );
}

#[test]
fn the_busy_timeout_is_set() {
    let gear = Gear::with(|builder| builder.busy_timeout(Duration::from_millis(123)));
    assert_eq!(pragma_of_timeout(&gear.db), "123");
    let gear = Gear::with(|builder| builder.busy_timeout(Duration::MAX));
    assert_eq!(pragma_of_timeout(&gear.db), i32::MAX.to_string());
}

/// The one pragma whose column has another name.
fn pragma_of_timeout(db: &Db) -> String {
    struct Ask(std::cell::RefCell<String>);

    impl Authenticator<crate::support::Conn> for Ask {
        type Credential<'a> = ();
        type Key = i64;

        fn authenticate(
            &self,
            conn: &mut crate::support::Conn,
            (): (),
        ) -> Result<Claims<i64>, tenancy::AuthError> {
            let sql = "SELECT CAST(timeout AS TEXT) AS line FROM pragma_busy_timeout";
            *self.0.borrow_mut() = lines(conn, sql).concat();
            Ok(Claims::new(1))
        }
    }

    let ask = Ask(String::new().into());
    db.authenticate(&ask, ()).unwrap();
    ask.0.take()
}

#[test]
fn the_applications_settings_are_on_each_connection() {
    let gear = Gear::with(|builder| {
        builder
            .on_connect("PRAGMA cache_size = 1234")
            .on_connect("PRAGMA cache_size = 4321; PRAGMA user_version = 5")
    });
    let mut held = Vec::new();
    for _ in 0..4 {
        assert_eq!(pragma(&gear.db, "cache_size"), "4321");
        held.push(gear.db.session(&gear.anna()));
        if held.len() == 3 {
            assert_eq!(pragma(&gear.db, "user_version"), "5");
            break;
        }
    }
}
