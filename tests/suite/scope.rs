//! A scope is what its identity proves, for as long as it proves it, and a session
//! runs the statements of one scope.

use chrono::{DateTime, TimeDelta};
use std::sync::Arc;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Claims, Error};
use uuid::Uuid;

use crate::gear::*;
use crate::support::*;

fn now() -> DateTime<chrono::Utc> {
    DateTime::UNIX_EPOCH
}

#[test]
fn a_scope_knows_its_tenant() {
    let gear = Gear::new();
    assert_eq!(*gear.anna().tenant(), 1);
    assert_eq!(*gear.anna().read_only().tenant(), 1);
    assert_eq!(*gear.ben().clone().tenant(), 2);
}

#[test]
fn numbers_below_one_are_nobodys_key() {
    let (db, _file) = database("");
    for key in [0_i64, -1, i64::MIN] {
        let identity = identity(&db, Claims::new(key)).unwrap();
        assert!(matches!(
            TenantScope::new(&identity),
            Err(Error::InvalidKey { .. })
        ));
        let read_only = TenantScope::new_read_only(&identity);
        assert!(matches!(read_only, Err(Error::InvalidKey { .. })));
    }
    for key in [0_i32, -1, i32::MIN] {
        let identity = identity(&db, Claims::new(key)).unwrap();
        assert!(matches!(
            TenantScope::new(&identity),
            Err(Error::InvalidKey { .. })
        ));
    }
}

#[test]
fn the_nil_uuid_is_nobodys_key() {
    let (db, _file) = database("");
    let identity = identity(&db, Claims::new(Uuid::nil())).unwrap();
    assert!(matches!(
        TenantScope::new(&identity),
        Err(Error::InvalidKey { .. })
    ));
}

#[test]
fn empty_text_and_text_with_a_nul_are_nobodys_key() {
    let (db, _file) = database("");
    for key in ["", "\0", "anna\0ben"] {
        let identity = identity(&db, Claims::new(key.to_owned())).unwrap();
        assert!(matches!(
            TenantScope::new(&identity),
            Err(Error::InvalidKey { .. })
        ));
    }
}

#[test]
fn a_newtype_is_checked_as_what_it_wraps() {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
    struct CustomerId(i64);

    let (db, _file) = database("");
    let identity = identity(&db, Claims::new(CustomerId(0))).unwrap();
    assert!(matches!(
        TenantScope::new(&identity),
        Err(Error::InvalidKey { .. })
    ));
}

#[test]
fn an_identity_that_may_only_read_gets_a_read_only_scope() {
    let gear = Gear::new();
    let identity = identity(&gear.db, Claims::new(1_i64).read_only()).unwrap();
    assert!(matches!(TenantScope::new(&identity), Err(Error::Forbidden)));
    let scope = TenantScope::new_read_only(&identity).unwrap();
    let mut session = gear.db.session(&scope).unwrap();
    let count: i64 = Repo::<Item>::new(&scope)
        .query()
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(count, 3);
}

#[test]
fn no_session_opens_once_the_credential_has_ended() {
    let clock = Arc::new(SetClock::default());
    let gear = Gear::with(|builder| builder.clock(Arc::clone(&clock)));
    let later = gear.db.now() + TimeDelta::seconds(1);
    let identity = identity(&gear.db, Claims::new(1_i64).expires_at(later)).unwrap();
    assert_eq!(identity.expires_at(), Some(later));
    let scope = TenantScope::new(&identity).unwrap();
    assert!(gear.db.session(&scope).is_ok());
    assert!(gear.db.session(&scope.read_only()).is_ok());

    for _ in 0..2 {
        clock.pass(TimeDelta::seconds(1));
        for result in [
            gear.db.session(&scope).map(drop),
            gear.db.session(&scope.clone()).map(drop),
            gear.db.session(&scope.read_only()).map(drop),
        ] {
            assert!(matches!(result, Err(Error::Expired)));
        }
    }
}

#[test]
fn an_expired_scope_waits_for_no_connection() {
    let clock = Arc::new(SetClock::default());
    let gear = Gear::with(|builder| builder.max_size(1).clock(Arc::clone(&clock)));
    let soon = now() + TimeDelta::seconds(1);
    let scope = TenantScope::new(&identity(&gear.db, Claims::new(1_i64).expires_at(soon)).unwrap());
    let scope = scope.unwrap();
    clock.pass(TimeDelta::seconds(1));
    let _held = gear.db.session(&gear.anna()).unwrap();
    assert!(matches!(gear.db.session(&scope), Err(Error::Expired)));
}

/// Every kind of statement of one scope, on a session of another.
#[test]
fn a_statement_of_another_scope_is_refused_and_nothing_is_sent() {
    record();
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let items = Repo::<Item>::new(&anna);
    let mut session = gear.db.session(&ben).unwrap();
    let category_id = RowId::<Category>::from_raw(1);
    let new = NewItem {
        category_id,
        name: "x",
    };
    let one = RowId::<Item>::from_raw(1);

    let (results, sent) = sent_by(|| {
        vec![
            items.query().load::<Item>(&mut session).map(drop),
            items.query().get_results::<Item>(&mut session).map(drop),
            items.query().get_result::<Item>(&mut session).map(drop),
            items.query().first::<Item>(&mut session).map(drop),
            items.query().load_iter::<Item>(&mut session).map(drop),
            items.find(one).first::<Item>(&mut session).map(drop),
            items
                .query()
                .count()
                .get_result::<i64>(&mut session)
                .map(drop),
            items
                .query()
                .exists()
                .get_result::<bool>(&mut session)
                .map(drop),
            items
                .query()
                .inner_join(categories::table)
                .load::<(Item, Category)>(&mut session)
                .map(drop),
            items.insert(&new).execute(&mut session).map(drop),
            items
                .insert(&new)
                .get_result::<Item>(&mut session)
                .map(drop),
            items.insert([new, new]).execute(&mut session).map(drop),
            items
                .insert([new, new])
                .get_results::<Item>(&mut session)
                .map(drop),
            items
                .insert(Vec::<NewItem>::new())
                .execute(&mut session)
                .map(drop),
            items
                .insert((items::name.eq("x"), items::category_id.eq(category_id)))
                .execute(&mut session)
                .map(drop),
            items
                .update(one)
                .set(items::name.eq("x"))
                .execute(&mut session)
                .map(drop),
            items
                .update(items.query())
                .set(items::name.eq("x"))
                .execute(&mut session)
                .map(drop),
            items.delete(one).execute(&mut session).map(drop),
            items.delete(items.query()).execute(&mut session).map(drop),
            items.delete(one).get_result::<Item>(&mut session).map(drop),
            Repo::<Unit>::new(&anna)
                .query()
                .load::<Unit>(&mut session)
                .map(drop),
        ]
    });
    for (at, result) in results.into_iter().enumerate() {
        assert!(
            matches!(result, Err(Error::ScopeMismatch)),
            "{at}: {result:?}"
        );
    }
    assert_eq!(sent, Vec::<String>::new());
}

#[test]
fn a_target_of_another_scope_is_refused_and_nothing_is_sent() {
    record();
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let (of_anna, of_ben) = (Repo::<Item>::new(&anna), Repo::<Item>::new(&ben));
    for scope in [&anna, &ben] {
        let mut session = gear.db.session(scope).unwrap();
        let (results, sent) = changing_nothing(&gear, || {
            sent_by(|| {
                [
                    of_anna
                        .delete(of_ben.query())
                        .execute(&mut session)
                        .map(drop),
                    of_anna
                        .delete(of_ben.query())
                        .get_results::<Item>(&mut session)
                        .map(drop),
                    of_anna
                        .delete(of_ben.query())
                        .returning(items::id)
                        .get_results::<i64>(&mut session)
                        .map(drop),
                    of_anna
                        .update(of_ben.query())
                        .set(items::name.eq("x"))
                        .execute(&mut session)
                        .map(drop),
                ]
            })
        });
        for result in results {
            assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
        }
        assert_eq!(sent, Vec::<String>::new());
    }
}

#[test]
fn a_session_that_refused_a_statement_runs_the_next() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut session = gear.db.session(&anna).unwrap();
    let refused: tenancy::Result<i64> = Repo::<Item>::new(&ben)
        .query()
        .count()
        .get_result(&mut session);
    assert!(refused.is_err());
    let count: i64 = Repo::<Item>::new(&anna)
        .query()
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(count, 3);
}

#[test]
fn a_refused_statement_ends_no_transaction() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut session = gear.db.session(&anna).unwrap();
    session
        .transaction(|session| -> tenancy::Result<()> {
            Repo::<Item>::new(&anna)
                .delete(RowId::<Item>::from_raw(1))
                .execute(session)?;
            let refused = Repo::<Item>::new(&ben)
                .delete(RowId::<Item>::from_raw(4))
                .execute(session);
            assert!(matches!(refused, Err(Error::ScopeMismatch)));
            Ok(())
        })
        .unwrap();
    assert!(!rows_of(&gear, 1).iter().any(|row| row.contains("'Lamp'")));
    assert!(rows_of(&gear, 2).iter().any(|row| row.contains("'Lamp'")));
}

#[test]
fn what_is_shown_of_a_scope_is_its_tenant() {
    let gear = Gear::new();
    let scope = gear.anna();
    let session = gear.db.session(&scope).unwrap();
    assert_eq!(
        format!("{scope:?}"),
        "TenantScope { tenant: 1, writes: true }"
    );
    assert_eq!(
        format!("{:?}", scope.read_only()),
        "TenantScope { tenant: 1, writes: false }"
    );
    assert!(format!("{session:?}").starts_with("Session { tenant: 1, writes: true"));
    assert!(format!("{:?}", Repo::<Item>::new(&scope)).starts_with("Repo { tenant: 1"));
}
