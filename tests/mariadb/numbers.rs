//! Numbers for people, for a user who has the rights that the catalog gives, and no others.

use tenancy::numbers::{self, Counter, Series};
use tenancy::series;

use super::*;

const INVOICES: Series = series!(gap_free "invoice", "{number:4}");

#[test]
fn the_rights_that_the_catalog_gives_are_enough_and_no_more() {
    let stage = Stage::new();
    let strip = format!(
        "REVOKE SELECT, INSERT, UPDATE, DELETE ON {}.* FROM serving@localhost",
        stage.name
    );
    stage.owner().batch_execute(&strip).unwrap();
    stage.open("owner", 1).migrate(numbers::MIGRATIONS).unwrap();
    let catalog = tables().with::<Counter>();
    let serving = "serving@localhost";
    catalog.protect(&mut stage.owner(), serving).unwrap();
    let pending = catalog.pending(&mut stage.owner(), serving).unwrap();
    assert_eq!(pending.to_string(), "");

    let db = stage.open("serving", 1);
    for name in ["anna", "ben", "Anna", "anna "] {
        let scope = TenantScope::new(&db.authenticate(&Told, name).unwrap()).unwrap();
        let mut session = db.session(&scope).unwrap();
        for next in ["0001", "0002"] {
            let number = session.transaction(|session| INVOICES.next(session));
            assert_eq!(number.unwrap().as_str(), next, "{name}");
        }
        INVOICES.advance_to(&mut session, 7).unwrap();
        let last = INVOICES.last(&mut session).unwrap();
        assert_eq!(last.unwrap().as_str(), "0007");
    }
    let refused = stage.serving().batch_execute("DELETE FROM tenancy_numbers");
    assert!(refused.unwrap_err().to_string().contains("denied"));
    let told = || -> Vec<String> {
        let inspection = catalog.inspect(&mut stage.serving()).unwrap();
        let findings = inspection.findings().iter();
        let findings = findings.filter(|found| found.check != ServerVersion);
        findings.map(|found| found.problem.clone()).collect()
    };
    assert_eq!(told(), [""; 0]);
    let more = "GRANT DELETE ON tenancy_numbers TO serving@localhost";
    stage.owner().batch_execute(more).unwrap();
    assert_eq!(told(), ["this user has DELETE here"]);
}

const CUSTOMERS: Series = series!(gap_tolerant "customer", "{number}");

/// A transaction that has read before sees the count as it was then, unless it has changed it. At the
/// end nothing changes it.
#[test]
fn the_last_number_is_given_once() {
    let stage = Stage::new();
    stage.open("owner", 1).migrate(numbers::MIGRATIONS).unwrap();
    let (db, anna) = stage.anna();
    let (beside, _) = stage.anna();
    let mut first = db.session(&anna).unwrap();
    let scope = TenantScope::new(&beside.authenticate(&Told, "anna").unwrap()).unwrap();
    let mut second = beside.session(&scope).unwrap();
    CUSTOMERS.advance_to(&mut first, i64::MAX - 2).unwrap();
    let given = first.transaction(|first| {
        CUSTOMERS.last(first)?;
        let last = CUSTOMERS.next(&mut second)?;
        assert_eq!(last.as_str(), (i64::MAX - 1).to_string());
        let ended = CUSTOMERS.next(&mut second);
        assert!(matches!(ended, Err(Error::SeriesEnded)), "{ended:?}");
        CUSTOMERS.next(first)
    });
    assert!(
        // The second where the server has snapshots of its own.
        matches!(given, Err(Error::SeriesEnded | Error::SerializationFailure)),
        "{given:?}"
    );
}
