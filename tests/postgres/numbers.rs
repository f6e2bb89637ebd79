//! Numbers for people, whatever way the tenant comes to the database.

use tenancy::numbers::{self, Counter, Series};
use tenancy::{Error, Transport, series};

use crate::stage::{Db, Stage, scope, tables};

const INVOICES: Series = series!(gap_free "invoice", "{number:4}");
const CUSTOMERS: Series = series!(gap_tolerant "customer", "u{number:3}");

/// The next customers and invoice of a tenant.
fn next(db: &Db, tenant: i64) -> tenancy::Result<Vec<String>> {
    let scope = scope(db, tenant);
    let mut session = db.session(&scope)?;
    assert!(matches!(
        INVOICES.next(&mut session),
        Err(Error::OutsideTransaction)
    ));
    let mut told = vec![CUSTOMERS.next(&mut session)?.to_string()];
    session.transaction::<_, Error, _>(|session| {
        told.push(INVOICES.next(session)?.to_string());
        told.push(CUSTOMERS.next(session)?.to_string());
        Ok(())
    })?;
    let last = CUSTOMERS.last(&mut session)?;
    assert_eq!(last.map(|last| last.to_string()).as_ref(), told.last());
    CUSTOMERS.advance_to(&mut session, 9)?;
    Ok(told)
}

#[test]
fn each_transport_tells_whose_number_it_is() {
    for (transport, pooled) in [
        (Transport::Pooler, false),
        (Transport::Pooler, true),
        (Transport::Direct, false),
        (Transport::Distributed, false),
    ] {
        let stage = Stage::new();
        stage.open_as("owner").migrate(numbers::MIGRATIONS).unwrap();
        let catalog = tables().with::<Counter>();
        catalog.protect(&mut stage.owner(), "serving").unwrap();
        let db = if pooled {
            stage.open_pooled(transport, 1)
        } else {
            stage.open(transport, 1)
        };
        assert_eq!(next(&db, 1).unwrap(), ["u001", "0001", "u002"]);
        assert_eq!(next(&db, 2).unwrap(), ["u001", "0001", "u002"]);
        assert_eq!(next(&db, 1).unwrap(), ["u010", "0002", "u011"]);
    }
}

/// Nobody told the database whose session it is: row security gives no number.
#[test]
fn without_a_tenant_there_is_no_number() {
    let stage = Stage::new();
    stage.open_as("owner").migrate(numbers::MIGRATIONS).unwrap();
    let catalog = tables().with::<Counter>();
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    for db in [stage.open(Transport::Nothing, 1), stage.stale(2)] {
        assert!(matches!(next(&db, 1), Err(Error::RowSecurity { .. })));
    }
}
