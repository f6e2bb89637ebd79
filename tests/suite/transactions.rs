//! A transaction ends with its closure, whichever way that ends, and nothing of it
//! stays on the connection.

use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "sqlite")]
use std::time::Duration;

use tenancy::prelude::*;
use tenancy::{Error, Result};

use crate::gear::*;
use crate::support::*;

type Conn = Session<crate::support::Conn>;

fn add(items: &Repo<Item>, session: &mut Conn, name: &str) -> Result<()> {
    let row = NewItem {
        category_id: RowId::from_raw(1),
        name,
    };
    items.insert(&row).execute(session).map(drop)
}

fn names(gear: &Gear) -> Vec<String> {
    let sql = "SELECT name AS line FROM items WHERE tenant_id = 1 ORDER BY id";
    lines(&mut gear.raw(), sql)
}

const BEFORE: [&str; 3] = ["Lamp", "Stove", "Tent"];

#[test]
fn ok_commits() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let value = leaving_ben_alone(&gear, || {
        session.transaction(|session| -> Result<u8> {
            add(&items, session, "Mug")?;
            assert_eq!(names(&gear), BEFORE, "not committed yet");
            Ok(7)
        })
    });
    assert_eq!(value.unwrap(), 7);
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Mug"]);
}

#[test]
fn an_error_rolls_back() {
    #[derive(Debug, PartialEq)]
    struct Own;
    impl From<Error> for Own {
        fn from(_: Error) -> Self {
            Own
        }
    }

    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let result = session.transaction(|session| -> std::result::Result<(), Own> {
        add(&items, session, "Mug")?;
        Err(Own)
    });
    assert_eq!(result, Err(Own));
    assert_eq!(names(&gear), BEFORE);
    add(&items, &mut session, "Cup").unwrap();
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Cup"]);
}

#[test]
fn a_panic_rolls_back_and_the_session_goes_on() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|session| -> Result<()> {
            add(&items, session, "Mug")?;
            panic!("on purpose")
        })
    }));
    assert!(caught.is_err());
    assert_eq!(names(&gear), BEFORE);
    add(&items, &mut session, "Cup").unwrap();
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Cup"]);
}

#[test]
fn a_panic_that_takes_the_session_along_leaves_nothing_in_the_pool() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let scope = gear.anna();
    let items = Repo::<Item>::new(&scope);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let mut session = gear.db.session(&scope).unwrap();
        session.transaction(|session| -> Result<()> {
            add(&items, session, "Mug")?;
            panic!("on purpose")
        })
    }));
    assert!(caught.is_err());
    let mut session = gear.db.session(&scope).unwrap();
    add(&items, &mut session, "Cup").unwrap();
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Cup"]);
}

#[test]
fn an_inner_transaction_is_rolled_back_alone() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    session
        .transaction(|session| -> Result<()> {
            add(&items, session, "Mug")?;
            let inner = session.transaction(|session| {
                add(&items, session, "Cup")?;
                session.transaction(|session| add(&items, session, "Pot"))?;
                add(&items, session, "Mug")
            });
            assert!(matches!(inner, Err(Error::UniqueViolation { .. })));
            session.transaction(|session| add(&items, session, "Pan"))
        })
        .unwrap();
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Mug", "Pan"]);
}

#[test]
fn an_outer_transaction_takes_the_inner_one_back() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let result = session.transaction(|session| -> Result<()> {
        session.transaction(|session| add(&items, session, "Mug"))?;
        Err(Error::NotFound)
    });
    assert!(matches!(result, Err(Error::NotFound)));
    assert_eq!(names(&gear), BEFORE);
}

#[test]
fn a_panic_in_an_inner_transaction_is_rolled_back_alone() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    session
        .transaction(|session| -> Result<()> {
            add(&items, session, "Mug")?;
            let caught = catch_unwind(AssertUnwindSafe(|| {
                session.transaction(|session| -> Result<()> {
                    add(&items, session, "Cup")?;
                    panic!("on purpose")
                })
            }));
            assert!(caught.is_err());
            add(&items, session, "Pan")
        })
        .unwrap();
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Mug", "Pan"]);
}

// MySQL and MariaDB check references at once, and have no constraint that a commit checks.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[test]
fn a_commit_that_fails_rolls_back() {
    use diesel::prelude::*;

    mod schema {
        diesel::table! {
            notes (id) { id -> BigInt, tenant_id -> BigInt, parent -> Nullable<BigInt> }
        }
    }
    use schema::notes;

    #[derive(Scoped)]
    #[diesel(table_name = notes)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "loaded, not read")]
    struct Note {
        id: RowId<Note>,
    }

    let (db, _file) = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL,
             parent BIGINT REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)",
    );
    let scope = scope_of(&db, 1_i64);
    let mut session = db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let result =
        session.transaction(|session| notes.insert((notes::parent.eq(Some(99)),)).execute(session));
    assert!(
        matches!(result, Err(Error::ForeignKeyViolation { .. })),
        "{result:?}"
    );
    let left: i64 = notes.query().count().get_result(&mut session).unwrap();
    assert_eq!(left, 0);
    session
        .transaction(|session| {
            notes
                .insert((notes::parent.eq(None::<i64>),))
                .execute(session)
        })
        .unwrap();
    let left: i64 = notes.query().count().get_result(&mut session).unwrap();
    assert_eq!(left, 1);
}

#[cfg(feature = "sqlite")]
#[test]
fn transactions_that_may_write_begin_immediate() {
    record();
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let (_, sent) = sent_by(|| session.transaction(|_| -> Result<()> { Ok(()) }));
    assert_eq!(sent, ["BEGIN IMMEDIATE", "COMMIT"]);
}

#[cfg(feature = "sqlite")]
#[test]
fn transactions_that_only_read_begin_deferred() {
    record();
    let gear = Gear::new();
    let scope = gear.anna().read_only();
    let mut session = gear.db.session(&scope).unwrap();
    let (_, sent) = sent_by(|| session.transaction(|_| -> Result<()> { Ok(()) }));
    assert_eq!(sent, ["BEGIN DEFERRED", "COMMIT"]);
}

/// Others lock rows.
#[cfg(feature = "sqlite")]
#[test]
fn the_second_writer_is_told_that_the_database_is_locked() {
    let gear = Gear::with(|builder| builder.busy_timeout(Duration::ZERO));
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut first = gear.db.session(&anna).unwrap();
    let mut second = gear.db.session(&ben).unwrap();
    let items = Repo::<Item>::new(&ben);
    first
        .transaction(|_| -> Result<()> {
            let mut entered = false;
            let refused = second.transaction(|_| -> Result<()> {
                entered = true;
                Ok(())
            });
            assert!(matches!(refused, Err(Error::Locked)), "{refused:?}");
            assert!(!entered);
            let refused = items.delete(items.query()).execute(&mut second);
            assert!(matches!(refused, Err(Error::Locked)), "{refused:?}");
            Ok(())
        })
        .unwrap();
    second.transaction(|_| -> Result<()> { Ok(()) }).unwrap();
}

/// Elsewhere each statement may see a state of its own.
#[cfg(feature = "sqlite")]
#[test]
fn a_reader_waits_for_no_writer_and_sees_one_state() {
    let gear = Gear::with(|builder| builder.busy_timeout(Duration::ZERO));
    let scope = gear.anna();
    let read_only = scope.read_only();
    let mut writer = gear.db.session(&scope).unwrap();
    let mut reader = gear.db.session(&read_only).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = |reader: &mut Session<crate::support::Conn, ReadOnly>| -> i64 {
        Repo::<Item>::new(&read_only)
            .query()
            .count()
            .get_result(reader)
            .unwrap()
    };
    writer
        .transaction(|writer| -> Result<()> {
            add(&items, writer, "Mug")?;
            reader.transaction(|reader| -> Result<()> {
                assert_eq!(count(reader), 3);
                Ok(())
            })
        })
        .unwrap();
    reader
        .transaction(|reader| -> Result<()> {
            assert_eq!(count(reader), 4);
            add(&items, &mut writer, "Cup")?;
            assert_eq!(count(reader), 4);
            Ok(())
        })
        .unwrap();
    assert_eq!(count(&mut reader), 5);
}

#[test]
fn a_session_that_is_replaced_in_the_middle_commits_nothing() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let result = session.transaction(|session| -> Result<()> {
        add(&items, session, "Mug")?;
        *session = gear.db.session(&scope)?;
        Ok(())
    });
    assert!(
        matches!(result, Err(Error::Transaction { .. })),
        "{result:?}"
    );
    assert_eq!(names(&gear), BEFORE);
    add(&items, &mut session, "Cup").unwrap();
    assert_eq!(names(&gear), ["Lamp", "Stove", "Tent", "Cup"]);
}

#[test]
fn sessions_of_two_tenants_that_are_swapped_in_the_middle_stay_what_they_are() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut of_anna = gear.db.session(&anna).unwrap();
    let mut of_ben = gear.db.session(&ben).unwrap();
    let items = Repo::<Item>::new(&anna);
    changing_nothing(&gear, || {
        let result = of_anna.transaction(|session| -> Result<()> {
            std::mem::swap(session, &mut of_ben);
            let refused = add(&items, session, "Mug");
            assert!(matches!(refused, Err(Error::ScopeMismatch)));
            add(&items, &mut of_ben, "Mug")
        });
        assert!(
            matches!(result, Err(Error::Transaction { .. })),
            "{result:?}"
        );
        drop(of_ben);
    });
}

#[test]
fn a_connection_comes_back_with_nothing_on_it() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let (anna, ben) = (gear.anna(), gear.ben());
    let items = Repo::<Item>::new(&anna);
    {
        let mut session = gear.db.session(&anna).unwrap();
        let _ = session.transaction(|session| -> Result<()> {
            add(&items, session, "Mug")?;
            Err(Error::NotFound)
        });
        // Half of the rows only.
        let mut rows = items.query().load_iter::<Item>(&mut session).unwrap();
        rows.next().unwrap().unwrap();
    }
    let mut session = gear.db.session(&ben).unwrap();
    let of_ben = Repo::<Item>::new(&ben);
    let found: i64 = of_ben.query().count().get_result(&mut session).unwrap();
    assert_eq!(found, 4);
    let refused: Result<i64> = items.query().count().get_result(&mut session);
    assert!(matches!(refused, Err(Error::ScopeMismatch)));
    session
        .transaction(|session| of_ben.delete(of_ben.query()).execute(session))
        .unwrap();
    assert_eq!(names(&gear), BEFORE);
}
