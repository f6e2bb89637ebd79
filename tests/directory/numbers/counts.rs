//! How a series counts: formats, periods, where it begins and ends.

use chrono::{NaiveDate, TimeDelta};
use tenancy::numbers::{self, Series};
use tenancy::prelude::*;
use tenancy::{Error, series};

use super::*;

#[test]
fn two_tenants_count_for_themselves() {
    let house = House::new();
    let (anna, ben) = house.both();
    let next = |scope| house.next(scope, &CUSTOMERS).unwrap().to_string();
    assert_eq!(next(&anna), "u001");
    assert_eq!(next(&anna), "u002");
    assert_eq!(next(&ben), "u001");
    assert_eq!(next(&anna), "u003");
    assert_eq!(house.last(&ben, &CUSTOMERS).as_deref(), Some("u001"));
}

#[test]
fn series_of_one_tenant_do_not_mix() {
    const SUPPLIERS: Series = series!(gap_tolerant "supplier", "s{number}");
    let house = House::new();
    let (anna, ben) = house.both();
    house.next(&anna, &CUSTOMERS).unwrap();
    house.next(&anna, &CUSTOMERS).unwrap();
    assert_eq!(
        house.next(&anna, &INVOICES).unwrap().as_str(),
        "INV-2024-0001"
    );
    assert_eq!(house.next(&anna, &SUPPLIERS).unwrap().as_str(), "s1");
    house.next(&ben, &INVOICES).unwrap();
    let told = |name: &str, period: &str, last| (name.to_owned(), period.to_owned(), last);
    assert_eq!(
        house.counters(&anna),
        [
            told("customer", "", 2),
            told("invoice", "2024", 1),
            told("supplier", "", 1)
        ]
    );
    assert_eq!(house.counters(&ben), [told("invoice", "2024", 1)]);
}

#[test]
fn a_count_begins_anew_with_the_year_and_with_the_month() {
    const MONTHLY: Series = series!(gap_free "monthly", "{year}{month}-{number}");
    const ONWARD: Series = series!(gap_free "onward", "{year}-{number}").continuous();
    let house = House::new();
    // It is 2024-10-04.
    let next = |series: &Series<'_>| {
        let scope = house.scope(ANNA);
        house.next(&scope, series).unwrap().to_string()
    };
    assert_eq!(
        (next(&INVOICES), next(&INVOICES)),
        ("INV-2024-0001".into(), "INV-2024-0002".into())
    );
    assert_eq!(
        (next(&MONTHLY), next(&MONTHLY)),
        ("202410-1".into(), "202410-2".into())
    );
    assert_eq!(next(&ONWARD), "2024-1");
    house.clock.forward(TimeDelta::days(28));
    assert_eq!(
        (next(&INVOICES), next(&MONTHLY)),
        ("INV-2024-0003".into(), "202411-1".into())
    );
    house.clock.forward(TimeDelta::days(365));
    assert_eq!(
        (next(&INVOICES), next(&MONTHLY)),
        ("INV-2025-0001".into(), "202511-1".into())
    );
    assert_eq!(next(&ONWARD), "2025-2");
    let last_year = NaiveDate::from_ymd_opt(2024, 12, 31).unwrap();
    assert_eq!(next(&INVOICES.on(last_year)), "INV-2024-0004");
    assert_eq!(next(&MONTHLY.on(last_year)), "202412-1");
    assert_eq!(next(&INVOICES), "INV-2025-0002");
}

#[test]
fn a_number_may_grow_wider_than_its_format() {
    let house = House::new();
    let (anna, _) = house.both();
    house.next(&anna, &CUSTOMERS).unwrap();
    house.set(998);
    assert_eq!(house.next(&anna, &CUSTOMERS).unwrap().as_str(), "u999");
    assert_eq!(house.next(&anna, &CUSTOMERS).unwrap().as_str(), "u1000");
}

#[test]
fn a_series_ends_before_its_numbers_repeat() {
    let house = House::new();
    let (anna, _) = house.both();
    for series in [CUSTOMERS, INVOICES] {
        house.next(&anna, &series).unwrap();
        house.set(i64::MAX - 2);
        let last = house.next(&anna, &series).unwrap();
        assert!(last.as_str().ends_with("9223372036854775806"), "{last}");
        let mut session = house.session(&anna);
        for _ in 0..2 {
            // What goes on in spite of the error stays at the end.
            let ended = session.transaction::<_, Error, _>(|session| Ok(series.next(session)));
            assert!(has_ended(&ended.unwrap()));
        }
        assert!(has_ended(&series.last(&mut session)));
        assert!(has_ended(&series.advance_to(&mut session, i64::MAX)));
        house.set(0);
    }
}

#[test]
fn many_numbers_are_taken_at_once_or_none() {
    let house = House::new();
    let (anna, ben) = house.both();
    let mut session = house.session(&anna);
    let mut take = |count| CUSTOMERS.next_many(&mut session, count);
    assert_eq!(texts(&take(0).unwrap()), [""; 0]);
    assert_eq!(texts(&take(3).unwrap()), ["u001", "u002", "u003"]);
    assert_eq!(texts(&take(2).unwrap()), ["u004", "u005"]);
    assert_eq!(house.next(&anna, &CUSTOMERS).unwrap().as_str(), "u006");
    assert_eq!(house.next(&ben, &CUSTOMERS).unwrap().as_str(), "u001");
    house.set(i64::MAX - 4);
    assert_eq!(take(3).unwrap().len(), 3);
    for left in [3, 2, 1] {
        house.set(i64::MAX - left);
        assert!(has_ended(&take(3)));
        assert!(has_ended(&CUSTOMERS.last(&mut house.session(&anna))));
        assert!(has_ended(&take(1)));
    }
}

#[test]
fn a_count_begins_where_it_is_told_to() {
    const LATE: Series = series!(gap_tolerant "late", "{year}/{number:4}").starting_at(418);
    const ZERO: Series = series!(gap_tolerant "zero", "{number}").starting_at(0);
    let house = House::new();
    let (anna, ben) = house.both();
    assert_eq!(house.last(&anna, &LATE), None);
    assert_eq!(house.next(&anna, &LATE).unwrap().as_str(), "2024/0418");
    assert_eq!(house.next(&anna, &LATE).unwrap().as_str(), "2024/0419");
    assert_eq!(
        house.next(&anna, &LATE.starting_at(900)).unwrap().as_str(),
        "2024/0420"
    );
    assert_eq!(house.next(&anna, &ZERO).unwrap().as_str(), "0");
    assert_eq!(house.last(&anna, &ZERO).as_deref(), Some("0"));
    house.clock.forward(TimeDelta::days(366));
    let (anna, _) = house.both();
    assert_eq!(house.next(&anna, &LATE).unwrap().as_str(), "2025/0418");
    let taken = LATE.next_many(&mut house.db.session(&house.scope(BEN)).unwrap(), 2);
    assert_eq!(texts(&taken.unwrap()), ["2025/0418", "2025/0419"]);
    drop(ben);
}

#[test]
fn a_count_is_advanced_and_never_set_back() {
    let house = House::new();
    let (anna, ben) = house.both();
    let advance = |scope, to| CUSTOMERS.advance_to(&mut house.session(scope), to).unwrap();
    let last = |scope| house.last(scope, &CUSTOMERS);
    advance(&anna, 0);
    advance(&anna, -5);
    assert_eq!(last(&anna), None);
    advance(&anna, 417);
    assert_eq!(last(&anna).as_deref(), Some("u417"));
    advance(&anna, 300);
    assert_eq!(house.next(&anna, &CUSTOMERS).unwrap().as_str(), "u418");
    advance(&anna, 500);
    assert_eq!(last(&anna).as_deref(), Some("u500"));
    assert_eq!(last(&ben), None);
    assert_eq!(house.next(&ben, &CUSTOMERS).unwrap().as_str(), "u001");
}

#[test]
fn a_session_that_only_reads_sees_the_last_number() {
    let house = House::new();
    let (anna, ben) = house.both();
    house.next(&anna, &INVOICES).unwrap();
    let last = |scope: &TenantScope<i64>| {
        let mut session = house.db.session(&scope.read_only()).unwrap();
        INVOICES.last(&mut session).unwrap()
    };
    assert_eq!(last(&anna).unwrap().as_str(), "INV-2024-0001");
    assert_eq!(last(&ben), None);
}

#[test]
fn a_series_that_there_cannot_be_is_refused_at_run_time_too() {
    for (name, format) in [
        ("", "{number}"),
        ("a b", "{number}"),
        ("a", "{month}{number}"),
    ] {
        for made in [
            Series::gap_free(name, format),
            Series::gap_tolerant(name, format),
        ] {
            assert!(
                matches!(made, Err(Error::Configuration { .. })),
                "{name} {format}"
            );
        }
    }
    let house = House::new();
    let (anna, _) = house.both();
    let (name, format) = (format!("project/{}", 17), String::from("RFA-{number:5}"));
    let series = Series::gap_free(&name, &format).unwrap();
    assert_eq!(house.next(&anna, &series).unwrap().as_str(), "RFA-00001");
}

#[test]
fn the_table_comes_by_a_migration_and_goes_with_it() {
    use diesel_migrations::MigrationHarness as _;

    use crate::house::Stage;

    let stage = Stage::new(&[]);
    let mut raw = stage.raw();
    let made = raw
        .run_pending_migrations(numbers::MIGRATIONS)
        .unwrap()
        .len();
    assert_eq!(made, 1);
    stage.fill("INSERT INTO tenancy_numbers VALUES ('1', 'i64', 'a', '', 1)");
    assert_eq!(
        raw.revert_all_migrations(numbers::MIGRATIONS)
            .unwrap()
            .len(),
        1
    );
    assert!(raw.run_pending_migrations(numbers::MIGRATIONS).is_ok());
}
