//! A database opens or says why not, and each of its connections has its settings.

#[cfg(feature = "sqlite")]
mod files;

use std::time::Duration;

use tenancy::Error;

use crate::gear::*;
use crate::support::*;

fn error_of(result: tenancy::Result<Db>) -> Error {
    result.map(drop).unwrap_err()
}

#[test]
fn a_pool_needs_a_connection_and_time() {
    let file = Stage::new(&[]);
    let empty = error_of(builder().max_size(0).open(&file.url));
    assert!(matches!(empty, Error::Configuration { .. }), "{empty:?}");
    let hasty = error_of(builder().connection_timeout(Duration::ZERO).open(&file.url));
    assert!(matches!(hasty, Error::Configuration { .. }), "{hasty:?}");
    #[cfg(feature = "sqlite")]
    assert!(!std::fs::exists(&file.url).unwrap());
}

#[test]
fn a_full_pool_is_told() {
    let gear = Gear::with(|builder| {
        builder
            .max_size(1)
            .connection_timeout(Duration::from_millis(500))
    });
    let scope = gear.anna();
    let held = gear.db.session(&scope).unwrap();
    for _ in 0..2 {
        let error = gear.db.session(&scope).map(drop).unwrap_err();
        assert!(
            matches!(error, Error::PoolExhausted { waited } if waited == Duration::from_millis(500)),
            "{error:?}"
        );
    }
    let error = gear
        .db
        .authenticate(&Keys, "anna's key")
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::PoolExhausted { .. }), "{error:?}");
    drop(held);
    gear.db.session(&scope).unwrap();
}

#[test]
fn a_setting_that_fails_is_told_at_once() {
    let file = Stage::new(&[]);
    let error = error_of(builder().on_connect("PRAGMAS ARE NICE").open(&file.url));
    assert!(matches!(error, Error::Database { .. }), "{error:?}");
}

#[test]
fn a_clone_is_the_same_pool() {
    let gear = Gear::with(|builder| {
        builder
            .max_size(1)
            .connection_timeout(Duration::from_millis(500))
    });
    let scope = gear.anna();
    let same = gear.db.clone();
    let _held = gear.db.session(&scope).unwrap();
    assert!(matches!(
        same.session(&scope),
        Err(Error::PoolExhausted { .. })
    ));
}

#[test]
fn time_and_ids_come_from_the_builder() {
    let gear = Gear::new();
    assert_eq!(gear.db.now(), chrono::DateTime::UNIX_EPOCH);
    let again = Gear::new();
    let ids = [gear.db.new_id(), gear.db.new_id()];
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids, [again.db.new_id(), again.db.new_id()]);
}
