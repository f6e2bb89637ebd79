//! From a credential to an identity: who is refused learns nothing, and the
//! authenticator leaves no trace on the connection.

use chrono::{DateTime, TimeDelta};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error};

use crate::gear::*;
use crate::support::*;

/// Runs something on the connection, and says that the caller is Anna.
struct Doing<F>(F);

impl<F> Authenticator<crate::support::Conn> for Doing<F>
where
    F: Fn(&mut crate::support::Conn) -> Result<(), AuthError>,
{
    type Credential<'a> = ();
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut crate::support::Conn,
        (): (),
    ) -> Result<Claims<i64>, AuthError> {
        (self.0)(conn)?;
        Ok(Claims::new(1))
    }
}

#[test]
fn a_credential_leads_to_its_tenant() {
    let gear = Gear::new();
    let identity = gear.db.authenticate(&Keys, "ben's key").unwrap();
    assert_eq!(*identity.tenant(), 2);
    assert_eq!(identity.subject(), Some("ben's key"));
    assert!(identity.may_write());
    assert_eq!(identity.expires_at(), None);
}

#[test]
fn a_wrong_credential_is_refused_the_same_way_each_time() {
    let gear = Gear::new();
    let refused: Vec<Error> = [
        "",
        "anna",
        "anna's key ",
        "ANNA'S KEY",
        "' OR 1 = 1 --",
        "2",
    ]
    .map(|presented| gear.db.authenticate(&Keys, presented).unwrap_err())
    .into();
    for error in &refused {
        assert!(matches!(error, Error::Unauthenticated));
        assert_eq!(all_text(error), all_text(&refused[0]));
    }
}

#[test]
fn what_could_not_be_checked_is_not_refused_but_unavailable() {
    let gear = Gear::new();
    let broken = Doing(|conn: &mut crate::support::Conn| {
        diesel::sql_query("SELECT 'secret' FROM nowhere").execute(conn)?;
        Ok(())
    });
    let error = gear.db.authenticate(&broken, ()).unwrap_err();
    assert!(matches!(error, Error::AuthenticationUnavailable(_)));
    assert!(!all_text(&error).contains("secret"));
}

#[test]
fn claims_that_have_ended_make_no_identity() {
    let (db, _file) = database("");
    let now = DateTime::UNIX_EPOCH;
    for passed in [TimeDelta::zero(), TimeDelta::seconds(-1)] {
        let ended = identity(&db, Claims::new(1_i64).expires_at(now + passed));
        assert!(matches!(ended, Err(Error::Unauthenticated)));
    }
    let lasting = Claims::new(1_i64).expires_at(now + TimeDelta::nanoseconds(1));
    assert!(identity(&db, lasting).is_ok());
}

/// What is left of an authenticator's work on the one connection of the pool.
fn left_behind(work: impl Fn(&mut crate::support::Conn) -> Result<(), AuthError>) {
    let gear = Gear::with(|builder| builder.max_size(1));
    changing_nothing(&gear, || {
        let _ = gear.db.authenticate(&Doing(work), ());
    });
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count: i64 = items.query().count().get_result(&mut session).unwrap();
    assert_eq!(count, 3, "what was not committed is still seen");
    session
        .transaction(|session| items.delete(RowId::<Item>::from_raw(1)).execute(session))
        .expect("the connection is outside of any transaction");
    assert!(
        !rows_of(&gear, 1).iter().any(|row| row.contains("'Lamp'")),
        "a commit is one"
    );
}

fn delete_all(conn: &mut crate::support::Conn) -> Result<(), AuthError> {
    diesel::delete(items::table).execute(conn)?;
    Ok(())
}

#[test]
fn a_transaction_that_was_left_open_does_not_come_back() {
    left_behind(|conn| {
        AnsiTransactionManager::begin_transaction(conn)?;
        delete_all(conn)
    });
}

#[test]
fn two_transactions_that_were_left_open_do_not_come_back() {
    left_behind(|conn| {
        AnsiTransactionManager::begin_transaction(conn)?;
        AnsiTransactionManager::begin_transaction(conn)?;
        delete_all(conn)
    });
}

#[test]
fn a_transaction_that_was_left_open_by_an_error_does_not_come_back() {
    left_behind(|conn| {
        AnsiTransactionManager::begin_transaction(conn)?;
        delete_all(conn)?;
        Err(AuthError::Unauthenticated)
    });
}

#[test]
fn a_test_transaction_does_not_come_back() {
    left_behind(|conn| {
        conn.begin_test_transaction()?;
        delete_all(conn)
    });
}

#[test]
fn a_transaction_of_raw_sql_does_not_come_back() {
    left_behind(|conn| {
        conn.batch_execute("BEGIN")?;
        delete_all(conn)
    });
}

#[test]
fn a_transaction_that_was_left_open_by_a_panic_does_not_come_back() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let panics = Doing(|conn: &mut crate::support::Conn| {
        AnsiTransactionManager::begin_transaction(conn)?;
        delete_all(conn)?;
        panic!("on purpose")
    });
    changing_nothing(&gear, || {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            gear.db.authenticate(&panics, ()).map(drop)
        }));
        assert!(caught.is_err());
    });
    let scope = gear.anna();
    let count: i64 = Repo::<Item>::new(&scope)
        .query()
        .count()
        .get_result(&mut gear.db.session(&scope).unwrap())
        .unwrap();
    assert_eq!(count, 3);
}

#[test]
fn an_authenticator_may_write() {
    let gear = Gear::new();
    let noting = Doing(|conn: &mut crate::support::Conn| {
        conn.transaction::<_, diesel::result::Error, _>(|conn| {
            diesel::update(customers::table.find(1))
                .set(customers::name.eq("Anna, seen"))
                .execute(conn)
        })?;
        Ok(())
    });
    gear.db.authenticate(&noting, ()).unwrap();
    assert!(
        rows_of(&gear, 1)
            .iter()
            .any(|row| row.contains("Anna, seen"))
    );
}
