//! Whose count it is: the session's tenant's, of its kind, and nobody else's.

use tenancy::{Claims, OperatorScope, Reason};

use std::marker::PhantomData;

use super::*;
use crate::house::Stage;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct SupplierId(i64);

/// A tenant's next customer, and all that it reads of the counts.
macro_rules! next_and_all {
    ($house:expr, $key:expr) => {{
        let scope = scope_of(&$house.db, $key);
        let mut session = $house.db.session(&scope).unwrap();
        let next = CUSTOMERS.next(&mut session).unwrap().to_string();
        let all = Repo::<Counter, ReadWrite, _>::new(&scope).query();
        let all: Vec<Counter> = all.load(&mut session).unwrap();
        (next, all.len())
    }};
}

#[test]
fn tenants_of_one_number_and_other_kinds_count_for_themselves() {
    let house = House::new();
    for (first, next) in [("u001", "u001"), ("u002", "u002"), ("u041", "u003")] {
        let told = |number: &str| (number.to_owned(), 1);
        assert_eq!(next_and_all!(&house, CustomerId(1)), told(first));
        assert_eq!(next_and_all!(&house, SupplierId(1)), told(next));
        assert_eq!(next_and_all!(&house, 1_i64), told(next));
        assert_eq!(next_and_all!(&house, 1_i32), told(next));
        assert_eq!(next_and_all!(&house, "1".to_owned()), told(next));
        assert_eq!(next_and_all!(&house, uuid::Uuid::from_u128(1)), told(next));
        if next == "u002" {
            let scope = scope_of(&house.db, CustomerId(1));
            let session = &mut house.db.session(&scope).unwrap();
            CUSTOMERS.advance_to(session, 40).unwrap();
        }
    }
    assert_eq!(house.count("tenancy_numbers"), 6);
}

#[test]
fn nobody_reads_the_counts_of_another_tenant() {
    let house = House::new();
    let (anna, ben) = house.both();
    house.next(&anna, &INVOICES).unwrap();
    assert_eq!(house.count("tenancy_numbers"), 1);
    assert_eq!(house.counters(&ben), []);
    let key = ("invoice".to_owned(), "2024".to_owned());
    let found = |scope: &TenantScope<i64>| -> Result<Counter> {
        let counters = Repo::<Counter>::new(scope);
        counters.find(key.clone()).first(&mut house.session(scope))
    };
    assert_eq!(found(&anna).unwrap().last_number, 1);
    assert!(matches!(found(&ben), Err(Error::NotFound)));
}

/// Row security says so too, to SQL of the application's own; and the service's role has no right
/// to delete a count, nor to give it to somebody else.
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
#[test]
fn the_database_itself_guards_the_counts() {
    use crate::house::catalog;

    if std::env::var("TENANCY_ROW_SECURITY").is_ok_and(|wanted| wanted == "off") {
        return;
    }
    let house = House::new();
    let (anna, ben) = house.both();
    house.next(&anna, &INVOICES).unwrap();
    let seen = |scope: &TenantScope<i64>| {
        let sql = "UPDATE tenancy_numbers SET last_number = last_number";
        house.session(scope).enforced_writes(&catalog(), |conn| {
            Ok::<_, Error>(diesel::sql_query(sql).execute(conn)?)
        })
    };
    assert_eq!((seen(&anna).unwrap(), seen(&ben).unwrap()), (1, 0));
    for sql in [
        "DELETE FROM tenancy_numbers",
        "UPDATE tenancy_numbers SET tenant_id = tenant_id",
        "UPDATE tenancy_numbers SET series = series",
        "TRUNCATE tenancy_numbers",
    ] {
        let done = house.session(&anna).enforced_writes(&catalog(), |conn| {
            Ok::<_, Error>(diesel::sql_query(sql).execute(conn)?)
        });
        assert!(matches!(done, Err(Error::Database { .. })), "{sql}");
    }
}

#[test]
fn an_operator_counts_for_one_tenant_and_never_for_all() {
    let house = House::new();
    let (anna, ben) = house.both();
    house.stage.audit();
    let db = house
        .stage
        .for_operators(Stage::builder())
        .open(&house.stage.url)
        .unwrap();
    let claims = Claims::new(*anna.tenant()).subject("olga").operator();
    let olga = db.authenticate(&Believer(PhantomData), claims).unwrap();
    let olga = OperatorScope::new(&olga, Reason::new("a bill is missing").unwrap()).unwrap();
    let day = house.db.now().date_naive();
    let invoices = INVOICES.on(day);
    let mut kept = None;
    let number = db.act_for(&olga, *ben.tenant(), |_, session| {
        let number = invoices.next(session)?;
        kept = invoices.last(session)?;
        Ok::<_, Error>(number)
    });
    assert_eq!(number.unwrap().as_str(), "INV-2024-0001");
    assert_eq!(kept.unwrap().as_str(), "INV-2024-0001");
    assert_eq!(house.last(&anna, &INVOICES), None);
    let across = db.read_across(&olga, |_, session| invoices.last(session));
    assert!(matches!(across, Err(Error::ScopeMismatch)));
}

#[test]
fn a_session_that_was_swapped_out_of_an_act_counts_no_more() {
    let house = House::new();
    house.stage.audit();
    let builder = Stage::builder().busy_timeout(std::time::Duration::from_millis(10));
    let builder = house.stage.for_operators(builder);
    let db = builder.open(&house.stage.url).unwrap();
    let ben = *house.scope(BEN).tenant();
    let claims = Claims::new(9_i64).subject("olga").operator();
    let olga = db.authenticate(&Believer(PhantomData), claims).unwrap();
    let olga = OperatorScope::new(&olga, Reason::new("a bill is missing").unwrap()).unwrap();
    let mut kept = db.session(&scope_of(&db, ben)).unwrap();
    let acted = db.act_for(&olga, ben, |_, session| {
        CUSTOMERS.next(session)?;
        std::mem::swap(session, &mut kept);
        Ok::<_, Error>(())
    });
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    assert!(matches!(CUSTOMERS.next(&mut kept), Err(Error::Expired)));
    assert!(matches!(CUSTOMERS.last(&mut kept), Err(Error::Expired)));
    drop(kept);
    assert_eq!(house.count("tenancy_numbers"), 0);
}

/// Keys, indexes and triggers of the catalog's are not in the way of a count.
#[cfg(feature = "sqlite")]
#[test]
fn what_the_catalog_makes_is_not_in_the_way() {
    let house = House::new();
    let catalog = tenancy::catalog![Counter];
    catalog.protect(&mut house.stage.raw(), "").unwrap();
    let (anna, ben) = house.both();
    for next in ["INV-2024-0001", "INV-2024-0002"] {
        assert_eq!(house.next(&anna, &INVOICES).unwrap().as_str(), next);
        assert_eq!(house.next(&ben, &INVOICES).unwrap().as_str(), next);
    }
}
