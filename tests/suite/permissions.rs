//! What a handler may ask of a scope, by type.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error, Permission, With};

use crate::gear::{Conn, Gear, Item, items};

#[derive(Debug)]
enum Export {}

impl Permission for Export {
    const NAME: &'static str = "items:export";
}

#[derive(Debug)]
enum Import {}

impl Permission for Import {
    const NAME: &'static str = "items:import";
}

/// Lets in whoever says what it may.
struct Anybody;

impl Authenticator<Conn> for Anybody {
    type Credential<'a> = &'a [&'a str];
    type Key = i64;

    fn authenticate(&self, _: &mut Conn, names: &[&str]) -> Result<Claims<i64>, AuthError> {
        Ok(names
            .iter()
            .fold(Claims::new(1), |claims, name| claims.permission(*name)))
    }
}

fn scope(gear: &Gear, names: &[&str]) -> TenantScope<i64> {
    TenantScope::new(&gear.db.authenticate(&Anybody, names).unwrap()).unwrap()
}

fn export(
    scope: &TenantScope<i64, With<Export>>,
    session: &mut Session<Conn, With<Export>>,
) -> i64 {
    Repo::<Item>::new(scope)
        .query()
        .count()
        .get_result(session)
        .unwrap()
}

#[test]
fn a_scope_with_the_permission_reads_and_writes() {
    let gear = Gear::new();
    let scope = scope(&gear, &["items:export"]).require::<Export>().unwrap();
    let mut session = gear.db.session(&scope).unwrap();
    assert_eq!(export(&scope, &mut session), 3);
    let items = Repo::<Item>::new(&scope);
    let weighed = items.update(items.query()).set(items::weight.eq(5));
    assert_eq!(weighed.execute(&mut session).unwrap(), 3);
}

#[test]
fn who_was_not_given_it_does_not_have_it() {
    let gear = Gear::new();
    for names in [
        &[][..],
        &["items:import"],
        &["items"],
        &["ITEMS:EXPORT"],
        &["items:export "],
    ] {
        let refused = scope(&gear, names).require::<Export>();
        assert!(matches!(refused, Err(Error::Forbidden)), "{names:?}");
    }
}

#[test]
fn a_tuple_is_each_of_them() {
    let gear = Gear::new();
    let one = scope(&gear, &["items:export"]);
    assert!(matches!(
        one.require::<(Export, Import)>(),
        Err(Error::Forbidden)
    ));
    let both = scope(&gear, &["items:export", "items:import"]);
    assert!(both.require::<(Export, Import)>().is_ok());
}

#[test]
fn one_after_the_other_is_both_and_neither_is_dropped_by_reading() {
    let gear = Gear::new();
    let both = scope(&gear, &["items:export", "items:import"]);
    let with = both
        .require::<Export>()
        .unwrap()
        .require::<Import>()
        .unwrap();
    assert_eq!(with.read_write().tenant(), &1);
    let reads: TenantScope<i64, With<Export, ReadOnly>> = with.read_only().require().unwrap();
    assert!(gear.db.session(&reads).is_ok());
}

#[test]
fn names_that_would_break_a_line_stay_in_it() {
    let gear = Gear::new();
    struct Named;
    impl Authenticator<Conn> for Named {
        type Credential<'a> = (&'a str, &'a str, &'a str);
        type Key = i64;

        fn authenticate(
            &self,
            _: &mut Conn,
            (name, username, subject): (&str, &str, &str),
        ) -> Result<Claims<i64>, AuthError> {
            Ok(Claims::new(1).named(name, username).subject(subject))
        }
    }
    let told = |who| {
        let identity = gear.db.authenticate(&Named, who).unwrap();
        TenantScope::new(&identity).unwrap().display_name()
    };
    assert_eq!(
        told(("Jester", "jester", "cmk07b7n4000q")),
        "Jester (jester) • cmk07b7n4"
    );
    assert_eq!(
        told(("Je\nster", "\u{202e}jester", "c\r\u{2028}mk")),
        "Jester (jester) • cmk"
    );
}

#[test]
fn a_log_field_tells_ids_and_stays_in_its_line() {
    let gear = Gear::new();
    struct Called;
    impl Authenticator<Conn> for Called {
        type Credential<'a> = &'a str;
        type Key = i64;

        fn authenticate(&self, _: &mut Conn, subject: &str) -> Result<Claims<i64>, AuthError> {
            Ok(Claims::new(1).named("Anna", "anna").subject(subject))
        }
    }
    let told = |subject| {
        let identity = gear.db.authenticate(&Called, subject).unwrap();
        TenantScope::new(&identity).unwrap().log_field()
    };
    assert_eq!(told("cmk07b7n4000q"), "tenant=1 caller=cmk07b7n4000q");
    assert_eq!(
        told("x\ntenant=2\u{202e}"),
        r#"tenant=1 caller="x\ntenant=2\u{202e}""#
    );
    assert_eq!(told("x caller=olga"), r#"tenant=1 caller="x caller=olga""#);
    assert_eq!(scope(&gear, &[]).log_field(), "tenant=1");
    for (tenant, field) in [
        ("5 caller=olga", r#"tenant="5 caller=olga""#),
        ("5\n2026 ERROR", r#"tenant="5\n2026 ERROR""#),
        ("5", "tenant=5"),
    ] {
        let scope = crate::support::scope_of(&gear.db, tenant.to_owned());
        assert_eq!(scope.log_field(), field);
    }
}

#[test]
fn a_set_of_tenants_is_of_somebody_who_has_a_name() {
    let gear = Gear::new();
    let nobody = gear.db.authenticate(&Anybody, &[]).unwrap();
    let set = tenancy::TenantSet::new([&nobody]);
    assert!(matches!(set, Err(Error::Forbidden)));
    for subject in ["", " "] {
        let of = |tenant| {
            let claims = Claims::new(tenant).subject(subject);
            crate::support::identity::<i64>(&gear.db, claims).unwrap()
        };
        let set = tenancy::TenantSet::new([&of(1), &of(2)]);
        assert!(matches!(set, Err(Error::Forbidden)), "{subject:?}");
    }
}
