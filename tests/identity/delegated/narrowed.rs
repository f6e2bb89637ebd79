//! A token has never more than the scope that it was issued for.

use std::time::Duration;

use tenancy::jwt::Delegation;
use tenancy::prelude::*;
use tenancy::{Claims, Error, OperatorScope, Permission, Reason};

use super::*;

fn export() -> Delegation {
    Delegation::new("export")
}

#[test]
fn a_token_for_reading_only_reads() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens.issue(&office.scope_of(1), export().read_only());
    let identity = office.present(&tokens, "export", &token.unwrap()).unwrap();
    assert!(!identity.may_write());
    assert!(matches!(TenantScope::new(&identity), Err(Error::Forbidden)));
    assert!(TenantScope::new_read_only(&identity).is_ok());
}

#[test]
fn a_scope_that_reads_gives_tokens_that_read() {
    let office = Office::new();
    let tokens = office.tokens();
    let narrowed = office.scope_of(1).read_only();
    let born = office.identity(Claims::new(1_i64).read_only());
    let born = TenantScope::new_read_only(&born).unwrap();
    for scope in [narrowed, born] {
        let token = tokens.issue(&scope, export()).unwrap();
        let identity = office.present(&tokens, "export", &token).unwrap();
        assert!(!identity.may_write());
    }
}

#[test]
fn a_token_has_the_permissions_that_are_named() {
    let office = Office::new();
    let tokens = office.tokens();
    let claims = Claims::new(1_i64).permission("read").permission("export");
    let scope = office.scope(claims);
    let none = tokens.issue(&scope, export()).unwrap();
    let none = office.present(&tokens, "export", &none).unwrap();
    assert!(!none.has_permission("read") && !none.has_permission("export"));
    let one = tokens.issue(&scope, export().permission("export")).unwrap();
    let one = office.present(&tokens, "export", &one).unwrap();
    assert!(!one.has_permission("read") && one.has_permission("export"));
}

#[test]
fn a_permission_that_the_scope_has_not_is_forbidden() {
    let office = Office::new();
    let tokens = office.tokens();
    let scope = office.scope(Claims::new(1_i64).permission("read"));
    for delegation in [
        export().permission("write"),
        export().permission("read").permission("write"),
        export().permission(""),
        export().permission("Read"),
    ] {
        let token = tokens.issue(&scope, delegation);
        assert!(matches!(token, Err(Error::Forbidden)), "{token:?}");
    }
}

#[test]
fn who_has_each_permission_gives_those_that_are_named() {
    let office = Office::new();
    let tokens = office.tokens();
    let scope = office.scope(Claims::new(1_i64).all_permissions());
    let token = tokens.issue(&scope, export().permission("write")).unwrap();
    let identity = office.present(&tokens, "export", &token).unwrap();
    assert!(identity.has_permission("write"));
    assert!(!identity.has_permission("read"));
}

#[derive(Debug)]
enum Export {}

impl Permission for Export {
    const NAME: &'static str = "export";
}

#[test]
fn a_permission_in_the_type_is_not_passed_on_by_itself() {
    let office = Office::new();
    let tokens = office.tokens();
    let scope = office.scope(Claims::new(1_i64).permission("export"));
    let scope = scope.require::<Export>().unwrap();
    let token = tokens.issue(&scope, export()).unwrap();
    let identity = office.present(&tokens, "export", &token).unwrap();
    let worker = TenantScope::new(&identity).unwrap();
    assert!(matches!(worker.require::<Export>(), Err(Error::Forbidden)));
}

#[test]
fn an_operators_token_makes_no_operator() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens.issue(&office.scope(Claims::new(1_i64).operator()), export());
    let identity = office.present(&tokens, "export", &token.unwrap()).unwrap();
    assert!(!identity.is_operator());
}

#[test]
fn a_worker_passes_nothing_on() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens.issue(&office.scope_of(1), export()).unwrap();
    let identity = office.present(&tokens, "export", &token).unwrap();
    let worker = TenantScope::new(&identity).unwrap();
    for purpose in ["export", "import"] {
        let next = tokens.issue(&worker, Delegation::new(purpose));
        assert!(matches!(next, Err(Error::Forbidden)));
        let next = tokens.issue(&worker.read_only(), Delegation::new(purpose));
        assert!(matches!(next, Err(Error::Forbidden)));
    }
}

/// It would be good for longer than the act.
#[test]
fn what_an_operator_is_lent_gives_no_token() {
    let office = Office::new();
    let tokens = office.tokens();
    let db = &office.gear.db;
    db.migrate(tenancy::audit::MIGRATIONS).unwrap();
    let claims = Claims::new(9_i64).subject("olga").operator();
    let reason = Reason::new("a name is wrong").unwrap();
    let olga = OperatorScope::new(&office.identity(claims), reason).unwrap();
    db.act_for(&olga, 1, |scope, _| {
        let token = tokens.issue(scope, export());
        assert!(matches!(token, Err(Error::Forbidden)), "{token:?}");
        Ok::<_, Error>(())
    })
    .unwrap();
    let kept = db.read_for(&olga, 1, |scope, _| {
        let token = tokens.issue(scope, export());
        assert!(matches!(token, Err(Error::Forbidden)), "{token:?}");
        Ok::<_, Error>(scope.clone())
    });
    let token = tokens.issue(&kept.unwrap(), export());
    assert!(matches!(token, Err(Error::Forbidden)), "{token:?}");
}

#[test]
fn a_token_ends_when_it_says() {
    let office = Office::new();
    let tokens = office.tokens();
    let lasting = export().expires_in(Duration::from_secs(60));
    let token = tokens.issue(&office.scope_of(1), lasting).unwrap();
    office.clock.set_millis((NOW + 60) * 1000 - 1);
    let identity = office.present(&tokens, "export", &token).unwrap();
    assert_eq!(identity.expires_at(), Some(moment(NOW + 60)));
    let scope = TenantScope::new(&identity).unwrap();
    office.clock.set(NOW + 60);
    assert!(office.is_refused(&tokens, "export", &token));
    assert!(matches!(
        office.gear.db.session(&scope),
        Err(Error::Expired)
    ));
}

/// The tokens ask their own clock, also if the database's stands.
#[test]
fn a_token_ends_by_the_clock_of_the_tokens() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens.issue(&office.scope_of(1), export()).unwrap();
    let ahead = SetClock::new();
    ahead.pass(900);
    let tokens = tokens.clock(ahead);
    assert!(office.is_refused(&tokens, "export", &token));
}

#[test]
fn a_token_ends_with_the_scope_at_the_latest() {
    let office = Office::new();
    let tokens = office.tokens();
    let ends_after = |millis: i64| {
        let end = chrono::DateTime::from_timestamp_millis(NOW * 1000 + millis).unwrap();
        office.scope(Claims::new(1_i64).expires_at(end))
    };
    let end = |scope: &TenantScope<i64>| {
        let token = tokens.issue(scope, export()).unwrap();
        tokens.read(&token).unwrap().expires_at()
    };
    assert_eq!(end(&ends_after(60_000)), moment(NOW + 60));
    assert_eq!(end(&ends_after(60_999)), moment(NOW + 60), "never later");
    assert_eq!(end(&ends_after(10_000_000)), moment(NOW + 900));
    let within_this_second = tokens.issue(&ends_after(999), export());
    assert!(matches!(within_this_second, Err(Error::Expired)));
    let ended = ends_after(60_000);
    office.clock.pass(60);
    assert!(matches!(
        tokens.issue(&ended, export()),
        Err(Error::Expired)
    ));
}

#[test]
fn a_token_from_the_future_is_refused() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens.issue(&office.scope_of(1), export()).unwrap();
    office.clock.set(NOW - 60);
    assert!(
        office.present(&tokens, "export", &token).is_ok(),
        "clocks differ"
    );
    office.clock.set_millis((NOW - 60) * 1000 - 1);
    assert!(office.is_refused(&tokens, "export", &token));
}

#[test]
fn a_delegation_is_for_something_and_for_some_time() {
    let office = Office::new();
    let tokens = office.tokens();
    let scope = office.scope(Claims::new(1_i64).all_permissions());
    let day = Duration::from_secs(24 * 60 * 60);
    let many = (0..400).fold(export(), |all, at| {
        all.permission(format!("permission {at}"))
    });
    for delegation in [
        Delegation::new(""),
        Delegation::new("p".repeat(129)),
        export().expires_in(Duration::ZERO),
        export().expires_in(Duration::from_millis(999)),
        export().expires_in(day * 30 + Duration::from_secs(1)),
        export().expires_in(Duration::MAX),
        many,
    ] {
        let token = tokens.issue(&scope, delegation);
        assert!(
            matches!(token, Err(Error::Configuration { .. })),
            "{token:?}"
        );
    }
    for delegation in [
        Delegation::new("p".repeat(128)),
        export().expires_in(Duration::from_secs(1)),
        export().expires_in(day * 30),
    ] {
        assert!(tokens.issue(&scope, delegation).is_ok());
    }
}
