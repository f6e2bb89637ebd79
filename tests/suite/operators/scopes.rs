//! Who may act, and for how long.

use std::sync::Arc;

use tenancy::prelude::*;
use tenancy::{Claims, Error, OperatorScope, Reason};
use uuid::Uuid;

use super::{Desk, moment};
use crate::support::{SetClock, builder, identity};

fn reason() -> Reason {
    Reason::new("a reason").unwrap()
}

#[test]
fn only_an_operator_with_a_name_gets_a_scope() {
    let desk = Desk::new();
    let of = |claims| {
        let identity = identity(&desk.db, claims).unwrap();
        OperatorScope::new(&identity, reason()).map(|scope| scope.actor().to_owned())
    };
    assert_eq!(
        of(Claims::new(1).subject("olga").operator()).unwrap(),
        "olga"
    );
    for claims in [
        Claims::new(1).subject("olga"),
        Claims::new(1).subject("olga").all_permissions(),
        Claims::new(1).operator(),
        Claims::new(1).subject("").operator(),
        Claims::new(1).subject(" ").operator(),
        Claims::new(1).subject("olga\nanna").operator(),
        Claims::new(1).subject("olga\u{2028}anna").operator(),
        Claims::new(1).subject("olga\u{202e}").operator(),
        Claims::new(1).subject("olga\u{200b}").operator(),
        Claims::new(1).subject("olga\u{fe0f}").operator(),
        Claims::new(1).subject("\u{fe0f}").operator(),
        Claims::new(1).subject("...").operator(),
    ] {
        assert!(matches!(of(claims), Err(Error::Forbidden)));
    }
}

#[test]
fn a_reason_and_a_ticket_are_seen_as_they_are() {
    for sign in [
        '\n',
        '\u{2028}',
        '\u{202e}',
        '\u{200b}',
        '\u{2060}',
        '\u{feff}',
        '\u{fe0f}',
        '\u{1d173}',
        '\u{ffff}',
    ] {
        let text = format!("a name{sign} is wrong");
        let refused = [Reason::new(&*text), reason().ticket(&*text)];
        for refused in refused {
            assert!(
                matches!(refused, Err(Error::InvalidReason { .. })),
                "{sign:?}"
            );
        }
    }
    assert!(Reason::new("größer als 客户 🎉").is_ok());
}

#[test]
fn an_operator_who_may_only_read_changes_nothing() {
    let desk = Desk::new();
    let reader = desk.operator(Claims::new(9).subject("rita").operator().read_only());
    let acted = desk.db.act_for(&reader, 1, |_, _| Ok::<_, Error>(()));
    assert!(matches!(acted, Err(Error::Forbidden)));
    let report = desk
        .db
        .for_each_tenant(&reader, [1], |_, _| Ok::<_, Error>(()));
    assert!(!report.is_complete());
    assert!(desk.events().is_empty());
    desk.db
        .read_for(&reader, 1, |_, _| Ok::<_, Error>(()))
        .unwrap();
}

#[test]
fn it_ends_with_the_credential_or_with_the_reason() {
    let clock = Arc::new(SetClock::default());
    let desk = Desk::with(builder().clock(Arc::clone(&clock)));
    let claims = || Claims::new(9).subject("olga").operator();
    let of = |claims, reason| OperatorScope::new(&identity(&desk.db, claims).unwrap(), reason);
    let soon = of(claims().expires_at(moment(5)), reason().until(moment(9))).unwrap();
    let sooner = of(claims().expires_at(moment(9)), reason().until(moment(5))).unwrap();
    let never = of(claims(), reason()).unwrap();
    assert_eq!(soon.expires_at(), Some(moment(5)));
    assert_eq!(sooner.expires_at(), Some(moment(5)));
    clock.pass(chrono::TimeDelta::seconds(5));
    for over in [&soon, &sooner] {
        let acted = desk.db.act_for(over, 1, |_, _| Ok::<_, Error>(()));
        assert!(matches!(acted, Err(Error::Expired)));
        let read = desk.db.read_across(over, |_, _| Ok::<_, Error>(()));
        assert!(matches!(read, Err(Error::Expired)));
    }
    assert!(desk.events().is_empty());
    desk.db
        .act_for(&never, 1, |_, _| Ok::<_, Error>(()))
        .unwrap();
}

#[test]
fn it_is_good_for_the_database_that_proved_it() {
    let (desk, other) = (Desk::new(), Desk::new());
    let acted = other.db.act_for(&desk.olga(), 1, |_, _| Ok::<_, Error>(()));
    assert!(matches!(acted, Err(Error::ScopeMismatch)));
    let read = other
        .db
        .read_across(&desk.olga(), |_, _| Ok::<_, Error>(()));
    assert!(matches!(read, Err(Error::ScopeMismatch)));
    let looked = other.db.verify_audit(&desk.olga(), None);
    assert!(matches!(looked, Err(Error::ScopeMismatch)));
}

#[test]
fn nobody_is_no_tenant_to_act_for() {
    let desk = Desk::new();
    for nobody in [0, -1] {
        let acted = desk
            .db
            .act_for(&desk.olga(), nobody, |_, _| Ok::<_, Error>(()));
        assert!(matches!(acted, Err(Error::InvalidKey { .. })));
    }
    assert!(desk.events().is_empty());
}

#[test]
fn tenants_of_any_kind_of_key_have_their_events() {
    let desk = Desk::new();
    let db = &desk.db;
    let claims = Claims::new(Uuid::from_u128(9)).subject("olga").operator();
    let olga = OperatorScope::new(&identity(db, claims).unwrap(), reason()).unwrap();
    db.act_for(&olga, Uuid::from_u128(1), |_, _| Ok::<_, Error>(()))
        .unwrap();
    let claims = Claims::new("a".to_owned()).subject("olga").operator();
    let olga = OperatorScope::new(&identity(db, claims).unwrap(), reason()).unwrap();
    db.act_for(&olga, "b c ".to_owned(), |_, _| Ok::<_, Error>(()))
        .unwrap();
    assert_eq!(
        desk.events(),
        [
            "00000000-0000-0000-0000-000000000001 1 act .. []",
            "00000000-0000-0000-0000-000000000001 2 act done []",
            "b c  1 act .. []",
            "b c  2 act done []",
        ]
    );
}

#[test]
fn all_tenants_are_no_tenant() {
    let desk = Desk::new();
    let olga = desk.olga();
    let made = desk.db.read_across(&olga, |scope, _| {
        let everyone = tenancy::Scope::key(scope).clone();
        let identity = identity(&desk.db, Claims::new(everyone))?;
        TenantScope::new(&identity).map(drop)
    });
    assert!(matches!(made, Err(Error::InvalidKey { .. })));
}
