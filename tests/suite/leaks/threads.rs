//! Threads, tasks and pools: L-40 to L-51.

use tenancy::prelude::*;
use tenancy::{Error, Result};

use super::annas;
use crate::dialect;
use crate::gear::*;
use crate::support::*;

#[test]
fn l_40_a_worker_keeps_no_tenant() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let count = |scope: &TenantScope<i64>| -> i64 {
        let mut session = gear.db.session(scope).unwrap();
        Repo::<Item>::new(scope)
            .query()
            .count()
            .get_result(&mut session)
            .unwrap()
    };
    // One thread, one connection, one task after the other.
    let (anna, ben) = (gear.anna(), gear.ben());
    assert_eq!([&anna, &ben, &anna, &ben].map(count), [3, 4, 3, 4]);
}

#[test]
fn l_41_a_new_thread_has_the_tenant_that_it_was_given() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let ben = gear.ben();
    let (of_anna, of_ben) = std::thread::scope(|threads| {
        let of_anna = threads.spawn(|| items.query().count().get_result::<i64>(&mut session));
        let of_ben = threads.spawn(|| {
            let mut session = gear.db.session(&ben).unwrap();
            Repo::<Item>::new(&ben)
                .query()
                .count()
                .get_result::<i64>(&mut session)
        });
        (
            of_anna.join().unwrap().unwrap(),
            of_ben.join().unwrap().unwrap(),
        )
    });
    assert_eq!((of_anna, of_ben), (3, 4));
}

#[test]
fn l_42_a_query_keeps_the_tenant_that_it_was_made_for() {
    let gear = Gear::new();
    let ben = gear.ben();
    let made = {
        let anna = gear.anna();
        Repo::<Item>::new(&anna).query()
    };
    let elsewhere: Result<i64> = made
        .clone()
        .count()
        .get_result(&mut gear.db.session(&ben).unwrap());
    assert!(matches!(elsewhere, Err(Error::ScopeMismatch)));
    let count: i64 = made
        .count()
        .get_result(&mut gear.db.session(&gear.anna()).unwrap())
        .unwrap();
    assert_eq!(count, 3);
}

#[test]
fn l_44_a_connection_out_of_the_pool_has_no_tenant() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let (items, session) = annas(&gear);
    drop(session);
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let foreign: Result<i64> = items.query().count().get_result(&mut session);
    assert!(matches!(foreign, Err(Error::ScopeMismatch)));
}

#[test]
fn l_47_a_rollback_changes_no_tenant() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let (items, mut session) = annas(&gear);
    let rolled_back = session.transaction(|session| -> Result<()> {
        items.delete(items.query()).execute(session)?;
        Err(Error::NotFound)
    });
    assert!(rolled_back.is_err());
    let count: i64 = items.query().count().get_result(&mut session).unwrap();
    assert_eq!(count, 3);
}

#[test]
fn l_49_a_cached_statement_serves_each_tenant_its_own_rows() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let scopes = [gear.anna(), gear.ben(), gear.anna()];
    let (counts, prepared) = prepared_by(|| {
        scopes.map(|scope| -> i64 {
            let mut session = gear.db.session(&scope).unwrap();
            Repo::<Item>::new(&scope)
                .query()
                .count()
                .get_result(&mut session)
                .unwrap()
        })
    });
    assert_eq!(counts, [3, 4, 3]);
    assert_eq!(prepared.len(), 1);
    assert_eq!(
        dialect::plain(&prepared[0]),
        dialect::expected("SELECT COUNT(*) FROM `items` WHERE `items`.`tenant_id` = +?")
    );
}

#[test]
fn l_50_the_first_request_decides_nothing_for_the_second() {
    let gear = Gear::new();
    let mut names = Vec::new();
    for key in ["anna's key", "ben's key", "anna's key"] {
        let scope = TenantScope::new(&gear.db.authenticate(&Keys, key).unwrap()).unwrap();
        let me: Customer = Repo::<Customer>::new(&scope)
            .query()
            .first(&mut gear.db.session(&scope).unwrap())
            .unwrap();
        names.push(me.name);
    }
    assert_eq!(names, ["Anna", "Ben", "Anna"]);
}

#[test]
fn l_51_only_a_credential_names_the_tenant() {
    let gear = Gear::new();
    // A tenant's number or name, as a header would carry it, opens nothing.
    for header in ["2", "Ben", "ben", "tenant=2"] {
        let refused = gear.db.authenticate(&Keys, header);
        assert!(matches!(refused, Err(Error::Unauthenticated)));
    }
    assert_eq!(
        *gear.db.authenticate(&Keys, "ben's key").unwrap().tenant(),
        2
    );
}
