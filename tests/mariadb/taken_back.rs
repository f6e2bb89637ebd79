//! What MariaDB takes back as a whole: nothing of such a transaction stays, also if the caller
//! drops the error.

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Result};

use crate::{Log, Stage, Told, address, logs};

type Conn = Session<MysqlConnection>;

const ROWS: &str = "INSERT INTO logs (id, tenant, name) VALUES (1, 'anna', 'first'),
    (2, 'anna', 'second'), (3, 'ben', 'first'), (4, 'ben', 'second')";

/// A database of two rows of each tenant, whose connections have these settings.
fn stage(settings: &str) -> (Stage, Database<MysqlConnection>, TenantScope<String>) {
    let stage = Stage::new();
    stage.owner().batch_execute(ROWS).unwrap();
    let builder = Database::builder().max_size(1).on_connect(settings);
    let db = builder.open(&address("serving", &stage.name)).unwrap();
    let anna = TenantScope::new(&db.authenticate(&Told, "anna").unwrap()).unwrap();
    (stage, db, anna)
}

fn rename(scope: &TenantScope<String>, id: i64, session: &mut Conn) -> Result<usize> {
    let row = Repo::<Log>::new(scope).update(RowId::from_raw(id));
    row.set(logs::name.eq("renamed")).execute(session)
}

fn names(stage: &Stage) -> Vec<String> {
    let names = logs::table.select(logs::name).order(logs::id);
    names.load(&mut stage.owner()).unwrap()
}

/// Runs a failing piece of work between two halves, and drops its error: neither half stays, and
/// the session goes on behind it.
fn neither_half_stays(
    (stage, db, anna): &(Stage, Database<MysqlConnection>, TenantScope<String>),
    fails: impl FnOnce(&mut Conn) -> Error,
    is_meant: fn(&Error) -> bool,
) {
    let mut session = db.session(anna).unwrap();
    let done: Result<()> = session.transaction(|session| {
        rename(anna, 1, session)?;
        let _: Vec<Log> = Repo::<Log>::new(anna).query().load(session)?;
        let failed = fails(session);
        assert!(is_meant(&failed), "{failed:?}");
        for _ in 0..2 {
            let insert = (logs::name.eq("half"),);
            let later = Repo::<Log>::new(anna).insert(insert).execute(session);
            assert!(matches!(later, Err(Error::Transaction { .. })), "{later:?}");
            let inner: Result<()> = session.transaction(|_| panic!("runs behind the end"));
            assert!(matches!(inner, Err(Error::Transaction { .. })), "{inner:?}");
        }
        Ok(())
    });
    assert!(matches!(done, Err(Error::Transaction { .. })), "{done:?}");
    let names_now = names(stage);
    assert_eq!(names_now.len(), 4, "{names_now:?}");
    assert_eq!(names_now[0], "first", "{names_now:?}");
    let again: Result<usize> = session.transaction(|session| rename(anna, 1, session));
    assert_eq!(again.unwrap(), 1);
    assert_eq!(names(stage)[0], "renamed");
}

/// How deep the statement stands: by itself, or in savepoints whose errors are dropped.
fn within(depth: usize, session: &mut Conn, work: &mut dyn FnMut(&mut Conn) -> Error) -> Error {
    if depth == 0 {
        return work(session);
    }
    let mut failed = None;
    let inner: Result<()> = session.transaction(|session| {
        failed = Some(within(depth - 1, session, work));
        Ok(())
    });
    assert!(matches!(inner, Err(Error::Transaction { .. })), "{inner:?}");
    failed.unwrap()
}

/// Makes this session the victim: the other one has written more.
fn deadlock(stage: &Stage, anna: &TenantScope<String>, session: &mut Conn) -> Error {
    let mut other = stage.owner();
    let many: String = (0..50).fold(String::new(), |sql, _| {
        sql + "INSERT INTO logs (tenant, name) VALUES ('ben', 'many');"
    });
    let begin = format!("BEGIN; {many} UPDATE logs SET name = 'other' WHERE id = 2");
    other.batch_execute(&begin).unwrap();
    std::thread::scope(|threads| {
        let waits = threads.spawn(move || {
            other
                .batch_execute("UPDATE logs SET name = 'other' WHERE id = 1")
                .unwrap();
            other.batch_execute("ROLLBACK").unwrap();
        });
        let failed = rename(anna, 2, session).unwrap_err();
        waits.join().unwrap();
        failed
    })
}

#[test]
fn a_deadlock_takes_all_back_savepoints_too() {
    for depth in 0..3 {
        let set = stage("");
        let fails = |session: &mut Conn| {
            within(depth, session, &mut |session| {
                deadlock(&set.0, &set.2, session)
            })
        };
        neither_half_stays(&set, fails, |error| {
            matches!(error, Error::SerializationFailure)
        });
    }
}

#[test]
fn a_row_that_has_changed_since_the_snapshot_takes_all_back() {
    for depth in 0..3 {
        let set = stage("SET innodb_snapshot_isolation = ON");
        let change = |session: &mut Conn| {
            let change = "UPDATE logs SET name = concat(name, '!') WHERE id = 2";
            set.0.owner().batch_execute(change).unwrap();
            rename(&set.2, 2, session).unwrap_err()
        };
        let fails = |session: &mut Conn| within(depth, session, &mut |session| change(session));
        neither_half_stays(&set, fails, |error| {
            matches!(error, Error::SerializationFailure)
        });
    }
}

/// Whether the server does it is a setting of its own, so that the library does it.
#[test]
fn a_lock_that_is_waited_for_too_long_takes_all_back() {
    for depth in 0..3 {
        let set = stage("SET innodb_lock_wait_timeout = 1");
        let mut other = set.0.owner();
        let lock = "BEGIN; UPDATE logs SET name = 'other' WHERE id = 2";
        other.batch_execute(lock).unwrap();
        let fails = |session: &mut Conn| {
            let work = &mut |session: &mut Conn| rename(&set.2, 2, session).unwrap_err();
            within(depth, session, work)
        };
        neither_half_stays(&set, fails, |error| matches!(error, Error::Locked));
    }
}

/// The other errors end no transaction, as before.
#[test]
fn an_error_that_takes_nothing_back_leaves_the_transaction() {
    let (stage, db, anna) = stage("");
    let mut session = db.session(&anna).unwrap();
    let done: Result<()> = session.transaction(|session| {
        rename(&anna, 1, session)?;
        let inner: Result<usize> = session.transaction(|session| rename(&anna, 3, session));
        assert!(matches!(inner, Err(Error::NotFound)), "{inner:?}");
        rename(&anna, 2, session).map(drop)
    });
    done.unwrap();
    assert_eq!(names(&stage), ["renamed", "renamed", "first", "second"]);
}
