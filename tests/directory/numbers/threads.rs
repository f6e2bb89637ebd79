//! Many at once: no number is given twice, and none is missing where none may be.

#[cfg(any(feature = "sqlite", not(feature = "postgres")))]
use std::cell::RefCell;
use std::thread;

use super::*;

const MANY: usize = 50;

/// Tries until nobody is in the way.
fn patiently<T>(mut work: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match work() {
            Err(Error::Locked | Error::SerializationFailure | Error::PoolExhausted { .. }) => {}
            done => return done,
        }
    }
}

/// Makes a category that is called by a number of the series. Each third attempt fails behind the
/// number, and is made again.
fn use_one(house: &House, scope: &TenantScope<i64>, series: &Series<'_>, thread: usize) {
    let mut fails = thread.is_multiple_of(3);
    loop {
        let done = patiently(|| {
            house.session(scope).transaction(|session| {
                let number = series.next(session)?;
                insert(scope, session, &number)?;
                if fails { Err(Error::NotFound) } else { Ok(()) }
            })
        });
        match done {
            Err(Error::NotFound) => fails = false,
            done => return done.unwrap(),
        }
    }
}

fn at_once(house: &House, series: &Series<'_>) -> [Vec<String>; 2] {
    let (anna, ben) = house.both();
    thread::scope(|threads| {
        for thread in 0..MANY {
            for scope in [&anna, &ben] {
                threads.spawn(move || use_one(house, scope, series, thread));
            }
        }
    });
    [house.numbered(&anna), house.numbered(&ben)]
}

#[test]
fn no_number_is_missing_and_none_is_given_twice() {
    let house = House::new();
    let all: Vec<String> = (1..=MANY).map(|n| format!("INV-2024-{n:04}")).collect();
    assert_eq!(at_once(&house, &INVOICES), [all.clone(), all]);
}

#[test]
fn numbers_that_may_be_missing_are_not_given_twice_either() {
    let house = House::new();
    let (anna, ben) = house.both();
    let take = |scope: &TenantScope<i64>| {
        let number = patiently(|| CUSTOMERS.next(&mut house.db.session(scope)?)).unwrap();
        // The unique key of the categories tells if it was given before.
        patiently(|| insert(scope, &mut house.db.session(scope)?, &number)).unwrap();
    };
    thread::scope(|threads| {
        for _ in 0..MANY {
            for scope in [&anna, &ben] {
                threads.spawn(move || take(scope));
            }
        }
    });
    let all: Vec<String> = (1..=MANY).map(|n| format!("u{n:03}")).collect();
    assert_eq!(
        [house.numbered(&anna), house.numbered(&ben)],
        [all.clone(), all]
    );
}

/// Where the number is asked for behind the count, nobody counts in between.
#[cfg(any(feature = "sqlite", not(feature = "postgres")))]
#[test]
fn a_count_and_the_question_behind_it_are_one_transaction() {
    use crate::house::Stage;

    let house = House::new();
    record();
    let db = Stage::builder().max_size(1).open(&house.stage.url).unwrap();
    let scope = scope_of(&db, *house.scope(ANNA).tenant());
    let mut session = db.session(&scope).unwrap();
    SENT.take();
    CUSTOMERS.next(&mut session).unwrap();
    let begin = if cfg!(feature = "sqlite") {
        "BEGIN"
    } else {
        "START"
    };
    assert_eq!(SENT.take(), [begin, "INSERT", "SELECT", "COMMIT"]);
}

#[cfg(any(feature = "sqlite", not(feature = "postgres")))]
thread_local! {
    /// The first words of what this thread has sent.
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Records from now on what is sent by connections that are made from now on.
#[cfg(any(feature = "sqlite", not(feature = "postgres")))]
fn record() {
    diesel::connection::set_default_instrumentation(|| Some(Box::new(note))).unwrap();
}

#[cfg(any(feature = "sqlite", not(feature = "postgres")))]
fn note(event: diesel::connection::InstrumentationEvent<'_>) {
    let diesel::connection::InstrumentationEvent::StartQuery { query, .. } = event else {
        return;
    };
    let query = query.to_string();
    let word = query.split_whitespace().next().unwrap_or_default();
    // A thread that is ending has no record anymore.
    let _ = SENT.try_with(|sent| sent.borrow_mut().push(word.to_owned()));
}
