//! What is given back, and what is missing.

use super::*;

#[test]
fn a_number_without_gaps_is_taken_in_a_transaction_only() {
    let house = House::new();
    let (anna, _) = house.both();
    let mut session = house.session(&anna);
    for taken in [
        INVOICES.next(&mut session).map(drop),
        INVOICES.next_many(&mut session, 2).map(drop),
    ] {
        assert!(matches!(taken, Err(Error::OutsideTransaction)));
    }
    assert_eq!(house.counters(&anna), []);
    assert_eq!(
        house.next(&anna, &INVOICES).unwrap().as_str(),
        "INV-2024-0001"
    );
}

/// Takes a number, and takes it back.
fn in_vain(house: &House, scope: &TenantScope<i64>, series: &Series<'_>) -> String {
    let mut number = String::new();
    let done = house.session(scope).transaction(|session| {
        number = series.next(session)?.to_string();
        Err::<(), _>(Error::NotFound)
    });
    assert!(matches!(done, Err(Error::NotFound)));
    number
}

#[test]
fn a_number_of_a_transaction_that_is_rolled_back_comes_again() {
    let house = House::new();
    let (anna, ben) = house.both();
    for series in [INVOICES, CUSTOMERS] {
        // The first one makes the row.
        let first = in_vain(&house, &anna, &series);
        assert_eq!(house.next(&anna, &series).unwrap().as_str(), first);
        let second = in_vain(&house, &anna, &series);
        assert_ne!(first, second);
        assert_eq!(house.next(&anna, &series).unwrap().as_str(), second);
        assert_eq!(house.next(&ben, &series).unwrap().as_str(), first);
    }
}

#[test]
fn a_number_of_a_savepoint_that_is_rolled_back_comes_again() {
    let house = House::new();
    let (anna, _) = house.both();
    let mut session = house.session(&anna);
    let taken: Result<Vec<Number>> = session.transaction(|session| {
        let first = INVOICES.next(session)?;
        let lost: Result<()> = session.transaction(|session| {
            INVOICES.next_many(session, 5)?;
            Err(Error::NotFound)
        });
        assert!(lost.is_err());
        Ok(vec![first, INVOICES.next(session)?])
    });
    assert_eq!(texts(&taken.unwrap()), ["INV-2024-0001", "INV-2024-0002"]);
}

#[test]
fn a_number_that_was_taken_before_a_transaction_is_missing_when_that_is_rolled_back() {
    let house = House::new();
    let (anna, ben) = house.both();
    let mut session = house.session(&anna);
    let number = CUSTOMERS.next(&mut session).unwrap();
    let done: Result<()> = session.transaction(|session| {
        insert(&anna, session, &number)?;
        Err(Error::NotFound)
    });
    assert!(done.is_err());
    assert_eq!(house.next(&anna, &CUSTOMERS).unwrap().as_str(), "u002");
    assert_eq!(house.next(&ben, &CUSTOMERS).unwrap().as_str(), "u001");
}

/// On SQLite one writes at a time, and the other waits in any case.
#[cfg(not(feature = "sqlite"))]
#[test]
fn a_number_that_was_taken_before_a_transaction_holds_nobody_up() {
    let house = House::new();
    let (anna, _) = house.both();
    let mut session = house.session(&anna);
    let first = CUSTOMERS.next(&mut session).unwrap();
    let second = session.transaction::<_, Error, _>(|session| {
        insert(&anna, session, &first)?;
        house.next(&anna, &CUSTOMERS)
    });
    assert_eq!(second.unwrap().as_str(), "u002");
}

/// A transaction looks at something, somebody counts, and the transaction takes its number.
#[cfg(not(feature = "sqlite"))]
fn behind_a_read(house: &House, db: &Database<Conn>) -> Result<Number> {
    let anna = scope_of(db, *house.scope(ANNA).tenant());
    let mut session = db.session(&anna)?;
    session.transaction(|session| {
        let looked = Repo::<Category>::new(&anna).query().count();
        let looked: i64 = looked.get_result(session)?;
        assert_eq!(looked, 1);
        house.next(&house.scope(ANNA), &INVOICES)?;
        INVOICES.next(session)
    })
}

/// On SQLite nobody can count in between.
#[cfg(not(feature = "sqlite"))]
#[test]
fn a_number_behind_a_read_is_the_next_one() {
    let house = House::new();
    let (anna, _) = house.both();
    house.next(&anna, &INVOICES).unwrap();
    let number = behind_a_read(&house, &house.db).unwrap();
    assert_eq!(number.as_str(), "INV-2024-0003");
}

/// Or there is none, where a transaction keeps what it has read as it was. It goes well when it is run
/// once more, and the number is not lost.
#[cfg(not(feature = "sqlite"))]
#[test]
fn a_number_behind_a_steady_read_is_none() {
    use crate::house::Stage;

    const STEADY: &str = if cfg!(feature = "postgres") {
        "SET default_transaction_isolation TO 'repeatable read'"
    } else {
        "SET innodb_snapshot_isolation = ON"
    };
    let house = House::new();
    let (anna, _) = house.both();
    house.next(&anna, &INVOICES).unwrap();
    let builder = Stage::builder().clock(house.clock.clone());
    let db = builder.on_connect(STEADY).open(&house.stage.url).unwrap();
    let taken = behind_a_read(&house, &db);
    assert!(
        matches!(taken, Err(Error::SerializationFailure)),
        "{taken:?}"
    );
    let again = scope_of(&db, *anna.tenant());
    let again = db
        .session(&again)
        .unwrap()
        .transaction(|session| INVOICES.next(session));
    assert_eq!(again.unwrap().as_str(), "INV-2024-0003");
}

#[test]
fn a_tenant_that_comes_to_be_has_its_first_number() {
    use tenancy::directory::Directory;

    let house = House::new();
    let directory = Directory::new(&house.db).on_founding(|scope, session| {
        let number = INVOICES.next(session)?;
        insert(scope, session, &number)
    });
    for who in [ANNA, BEN] {
        let identity = directory.sign_in(&house.logins, who, None).unwrap();
        let scope = TenantScope::new(&identity).unwrap();
        assert_eq!(house.numbered(&scope), ["INV-2024-0001"]);
        assert_eq!(
            house.last(&scope, &INVOICES).as_deref(),
            Some("INV-2024-0001")
        );
    }
}
