//! Signing in with a provider of identities: who is who, and who comes to be.

use std::sync::Barrier;
use std::sync::atomic::Ordering;
use std::thread;

use chrono::TimeDelta;
use tenancy::directory::{Directory, Login, Tenant, User};
use tenancy::prelude::*;
use tenancy::{Error, TenantSet};
use uuid::Uuid;

use crate::house::{ANNA, BEN, Category, House, Provider, is_unauthenticated};

#[test]
fn the_first_time_makes_the_user_and_its_tenant_and_the_second_finds_them() {
    let house = House::new();
    let first = house.sign_in(ANNA);
    let second = house.sign_in(ANNA);
    assert_eq!(
        (first.tenant(), first.subject()),
        (second.tenant(), second.subject())
    );
    assert!(first.may_write() && first.has_permission("anything"));
    assert_eq!(house.founded.load(Ordering::SeqCst), 1);
    let scope = house.scope(ANNA);
    let mut session = house.session(&scope);
    let user: User = Repo::<User>::new(&scope)
        .query()
        .first(&mut session)
        .unwrap();
    assert_eq!(first.subject(), Some(&*user.public_id.to_string()));
    assert_eq!(user.public_id.get().get_version_num(), 7);
    let tenant: Tenant = Repo::<Tenant>::new(&scope)
        .query()
        .first(&mut session)
        .unwrap();
    assert_eq!((tenant.id.get(), &*tenant.name), (*first.tenant(), "Anna"));
    let login: Login = Repo::<Login>::new(&scope)
        .query()
        .first(&mut session)
        .unwrap();
    assert_eq!(
        (&*login.issuer, &*login.subject),
        ("https:", "/one.example/anna")
    );
    let own: Category = Repo::<Category>::new(&scope)
        .query()
        .first(&mut session)
        .unwrap();
    assert_eq!(own.name, "Uncategorized");
}

#[test]
fn a_name_an_address_and_a_subject_of_another_issuer_link_nothing() {
    let house = House::new();
    let (anna, ben) = (house.sign_in(ANNA), house.sign_in(BEN));
    assert_ne!(anna.tenant(), ben.tenant());
    assert_ne!(anna.subject(), ben.subject());
    for table in [
        "tenancy_users",
        "tenancy_tenants",
        "tenancy_logins",
        "tenancy_memberships",
    ] {
        assert_eq!(house.count(table), 2, "{table}");
    }
    for who in [ANNA, BEN] {
        let scope = house.scope(who);
        let users: Vec<User> = Repo::<User>::new(&scope)
            .query()
            .load(&mut house.session(&scope))
            .unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!(users[0].email.as_deref(), Some("anna@example.com"));
    }
}

#[test]
fn fifty_first_times_at_once_are_one() {
    let house = House::new();
    let start = Barrier::new(50);
    let tenants: Vec<i64> = thread::scope(|threads| {
        let racers: Vec<_> = (0..50)
            .map(|_| {
                threads.spawn(|| {
                    start.wait();
                    *house.sign_in(ANNA).tenant()
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().unwrap())
            .collect()
    });
    assert!(tenants.iter().all(|tenant| *tenant == tenants[0]));
    for table in [
        "tenancy_users",
        "tenancy_tenants",
        "tenancy_logins",
        "tenancy_memberships",
        "categories",
    ] {
        assert_eq!(house.count(table), 1, "{table}");
    }
}

#[test]
fn a_founding_that_fails_leaves_nothing() {
    let house = House::new();
    let directory = Directory::new(&house.db).on_founding(|_, _| Err(Error::StaleVersion));
    let logins = directory.logins(Provider);
    let refused = directory.sign_in(&logins, ANNA, None);
    assert!(matches!(refused, Err(Error::StaleVersion)));
    for table in [
        "tenancy_users",
        "tenancy_tenants",
        "tenancy_logins",
        "tenancy_memberships",
    ] {
        assert_eq!(house.count(table), 0, "{table}");
    }
    house.sign_in(ANNA);
    assert_eq!(house.count("tenancy_tenants"), 1);
}

#[test]
fn what_the_provider_does_not_vouch_for_makes_nobody() {
    let house = House::new();
    let long = format!("issuer/{}", "x".repeat(256));
    for who in ["", "anna", "/anna", "issuer/", "issuer/an\0na", &long] {
        assert!(
            is_unauthenticated(house.directory.sign_in(&house.logins, who, None)),
            "{who}"
        );
    }
    assert_eq!(house.count("tenancy_tenants"), 0);
}

#[test]
fn a_newcomer_who_asks_for_a_tenant_makes_nobody() {
    let house = House::new();
    house.scope(BEN);
    let there = tenants_id(&house, BEN);
    let nobody = [Uuid::nil(), Uuid::max()].map(PublicId::from_uuid);
    for tenant in [nobody[0], nobody[1], there] {
        let come = house.directory.sign_in(&house.logins, ANNA, Some(tenant));
        assert!(is_unauthenticated(come));
    }
    for table in ["tenancy_tenants", "tenancy_users", "tenancy_logins"] {
        assert_eq!(house.count(table), 1, "{table}");
    }
    assert_ne!(house.sign_in(ANNA).tenant(), house.sign_in(BEN).tenant());
}

fn tenants_id(house: &House, who: &str) -> PublicId<Tenant> {
    let scope = house.scope(who);
    let tenants = Repo::<Tenant>::new(&scope).query();
    let tenant = tenants.first::<Tenant>(&mut house.session(&scope));
    tenant.unwrap().public_id
}

#[test]
fn authenticating_makes_nobody() {
    let house = House::new();
    assert!(is_unauthenticated(
        house.db.authenticate(&house.logins, (ANNA, None))
    ));
    assert_eq!(house.count("tenancy_tenants"), 0);
    house.sign_in(ANNA);
    assert!(house.db.authenticate(&house.logins, (ANNA, None)).is_ok());
}

#[test]
fn the_membership_decides_which_tenant() {
    let house = House::new();
    let (annas, bens) = (house.scope(ANNA), house.sign_in(BEN));
    let tenant = Repo::<Tenant>::new(&annas)
        .query()
        .first::<Tenant>(&mut house.session(&annas));
    let tenant = tenant.unwrap().public_id;
    let come = || house.directory.sign_in(&house.logins, BEN, Some(tenant));
    assert!(is_unauthenticated(come()));
    let unknown =
        house
            .directory
            .sign_in(&house.logins, BEN, Some(PublicId::from_uuid(Uuid::max())));
    assert!(is_unauthenticated(unknown));
    let (_, secret) = house
        .directory
        .invite(&annas, "viewer", None, TimeDelta::days(1))
        .unwrap();
    house
        .directory
        .accept(&house.logins, BEN, secret.reveal())
        .unwrap();
    let there = come().unwrap();
    assert_eq!(
        (there.tenant(), there.subject()),
        (annas.tenant(), bens.subject())
    );
    assert!(!there.may_write());
    let at_home = house.sign_in(BEN);
    assert_eq!(at_home.tenant(), bens.tenant());
    assert!(at_home.may_write());
}

#[test]
fn a_set_holds_the_tenants_of_one_user_for_reading() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let (_, secret) = house
        .directory
        .invite(&annas, "viewer", None, TimeDelta::days(1))
        .unwrap();
    let there = house
        .directory
        .accept(&house.logins, BEN, secret.reveal())
        .unwrap();
    let (home, anna) = (house.sign_in(BEN), house.sign_in(ANNA));
    let set = TenantSet::new([&home, &there, &home]).unwrap();
    let found = house.db.read_each(&set, |scope, session| {
        Repo::<Category>::new(scope)
            .query()
            .count()
            .get_result::<i64>(session)
    });
    assert_eq!(found.unwrap(), [(*home.tenant(), 1), (*there.tenant(), 1)]);
    assert!(matches!(
        TenantSet::new([&home, &anna]),
        Err(Error::Forbidden)
    ));
    assert!(matches!(TenantSet::<i64>::new([]), Err(Error::Forbidden)));
    let other = House::new();
    let stranger = other.sign_in(BEN);
    assert!(matches!(
        TenantSet::new([&home, &stranger]),
        Err(Error::ScopeMismatch)
    ));
}

#[test]
fn a_scope_says_for_people_whose_it_is() {
    let house = House::new();
    let scope = house.scope(ANNA);
    let subject = scope.subject().unwrap();
    assert_eq!(
        scope.display_name(),
        format!("Anna (anna) • {}", &subject[..9])
    );
}

#[test]
fn what_a_founding_keeps_opens_nothing() {
    let house = House::new();
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = std::sync::Arc::clone(&kept);
    let directory = Directory::new(&house.db).on_founding(move |scope, _| {
        *keep.lock().unwrap() = Some(scope.read_write());
        Ok(())
    });
    directory
        .sign_in(&directory.logins(Provider), ANNA, None)
        .unwrap();
    let kept = kept.lock().unwrap().take().unwrap();
    assert!(matches!(house.db.session(&kept), Err(Error::ScopeMismatch)));
}

#[test]
fn a_login_that_was_taken_away_lets_nobody_in() {
    let house = House::new();
    house.with_ben("owner");
    let scope = house.scope(ANNA);
    let login: Login = Repo::<Login>::new(&scope)
        .query()
        .first(&mut house.session(&scope))
        .unwrap();
    house
        .directory
        .revoke_login(&house.manages(ANNA), login.id)
        .unwrap();
    assert!(is_unauthenticated(house.directory.sign_in(
        &house.logins,
        ANNA,
        None
    )));
    assert_eq!(house.count("tenancy_tenants"), 2);
}
