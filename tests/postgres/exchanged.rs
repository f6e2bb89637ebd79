//! Sessions that are exchanged for one another while one is in a transaction.

use std::mem;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Transport};

use crate::stage::*;

fn rename(
    scope: &TenantScope<i64>,
    session: &mut Session<PgConnection>,
    to: &str,
) -> tenancy::Result<usize> {
    let all = Repo::<Category>::new(scope);
    all.update(all.query())
        .set(categories::name.eq(to))
        .execute(session)
}

fn stored(stage: &Stage) -> Vec<String> {
    let names = categories::table
        .select(categories::name)
        .order(categories::id);
    names.load(&mut stage.raw()).unwrap()
}

const LEFT: &str =
    "the transaction failed: it was left open: its session was exchanged for another";

#[test]
fn nothing_is_written_in_a_transaction_that_was_left() {
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct, Transport::Distributed] {
        let db = stage.open(transport, 2);
        let (anna, ben) = (scope(&db, 1), scope(&db, 2));
        let mut of_anna = db.session(&anna).unwrap();
        let mut other = db.session(&ben).unwrap();
        let done: tenancy::Result<()> = of_anna.transaction(|session| {
            rename(&anna, session, "half")?;
            mem::swap(session, &mut other);
            Ok(())
        });
        let told = done.unwrap_err().to_string();
        assert!(
            told.ends_with("its session was exchanged for another, so that nothing of it stays")
        );
        // Anna's transaction is open in `other`, and nobody will commit it.
        let lost = rename(&anna, &mut other, "lost").unwrap_err();
        assert_eq!(lost.to_string(), LEFT, "{transport:?}");
        let read = names(&anna, &mut other).unwrap_err();
        assert_eq!(read.to_string(), LEFT);
        let within: tenancy::Result<()> = other.transaction(|_| Ok(()));
        assert_eq!(within.unwrap_err().to_string(), LEFT);
        // Ben's session was in none.
        assert_eq!(names(&ben, &mut of_anna).unwrap(), ["Lamp", "Tent"]);
        drop((of_anna, other));
        let mut session = db.session(&anna).unwrap();
        assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
        assert_eq!(stored(&stage), ["Light", "Light"]);
    }
}

/// Both are in a transaction: that of the other is not taken for one's own.
#[test]
fn the_transaction_of_another_is_neither_committed_nor_rolled_back() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 2);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    for fails in [false, true] {
        let mut of_anna = db.session(&anna).unwrap();
        let mut of_ben = db.session(&ben).unwrap();
        let done: tenancy::Result<()> = of_anna.transaction(|one| {
            rename(&anna, one, "annas")?;
            let inner: tenancy::Result<()> = of_ben.transaction(|other| {
                rename(&ben, other, "bens")?;
                mem::swap(one, other);
                if fails { Err(Error::NotFound) } else { Ok(()) }
            });
            assert!(inner.is_err());
            // Ben's is here now, and in a transaction that has no end any more.
            let lost = rename(&ben, one, "lost").unwrap_err();
            assert_eq!(lost.to_string(), LEFT);
            Ok(())
        });
        assert!(matches!(done, Err(Error::Transaction { .. })), "{done:?}");
        assert!(rename(&anna, &mut of_ben, "lost").is_err());
        drop((of_anna, of_ben));
        assert_eq!(stored(&stage), ["Light", "Light"], "{fails}");
    }
}

/// Exchanged and exchanged back, it is the same.
#[test]
fn a_session_that_came_back_goes_on() {
    let stage = Stage::new();
    let db = stage.open(Transport::Pooler, 2);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    let mut of_anna = db.session(&anna).unwrap();
    let mut other = db.session(&ben).unwrap();
    let done: tenancy::Result<()> = of_anna.transaction(|session| {
        mem::swap(session, &mut other);
        rename(&anna, &mut other, "kept")?;
        mem::swap(session, &mut other);
        Ok(())
    });
    done.unwrap();
    assert_eq!(stored(&stage), ["kept", "Light"]);
}
