//! API keys: what opens, what no longer does, and what nobody may make.

use chrono::TimeDelta;
use tenancy::directory::{ApiKey, ApiKeys, NewKey, User};
use tenancy::prelude::*;
use tenancy::{Error, Secret};

use crate::house::{ANNA, BEN, House, is_unauthenticated};

fn key(house: &House, who: &str, new: &NewKey) -> (ApiKey, Secret) {
    house
        .directory
        .issue_key(&house.scope(who), "gear", new)
        .unwrap()
}

fn keys(house: &House) -> ApiKeys {
    house.directory.api_keys("gear").unwrap()
}

fn opens(house: &House, secret: &str) -> Option<i64> {
    let opened = house.db.authenticate(&keys(house), secret);
    match opened {
        Ok(identity) => Some(*identity.tenant()),
        Err(error) => {
            assert!(is_unauthenticated::<()>(Err(error)));
            None
        }
    }
}

#[test]
fn a_key_opens_one_tenant_as_one_user() {
    let house = House::new();
    let (anna, ben) = (house.sign_in(ANNA), house.sign_in(BEN));
    let (_, annas) = key(&house, ANNA, &NewKey::new("export"));
    let (_, bens) = key(&house, BEN, &NewKey::new("export"));
    let identity = house
        .db
        .authenticate(&keys(&house), annas.reveal())
        .unwrap();
    assert_eq!(
        (identity.tenant(), identity.subject()),
        (anna.tenant(), anna.subject())
    );
    assert_eq!(opens(&house, bens.reveal()), Some(*ben.tenant()));
    assert_ne!(anna.tenant(), ben.tenant());
    assert_ne!(anna.subject(), ben.subject());
}

#[test]
fn what_is_not_a_key_opens_nothing() {
    let house = House::new();
    let (_, annas) = key(&house, ANNA, &NewKey::new("export"));
    let (_, bens) = key(&house, BEN, &NewKey::new("export"));
    let (annas, bens) = (annas.reveal(), bens.reveal());
    let mixed = format!("{}{}", &annas[..22], &bens[22..]);
    let long = annas.repeat(10_000);
    for text in [
        "",
        "gear",
        "gear_",
        &annas[..93],
        &mixed,
        &long,
        "gear_\u{1f511}_\0",
        "other_0_0",
    ] {
        assert_eq!(opens(&house, text), None, "{text}");
    }
    assert!(is_unauthenticated(house.db.authenticate(
        &house.directory.api_keys("other").unwrap(),
        annas
    )));
}

#[test]
fn the_secret_is_not_kept() {
    let house = House::new();
    let (row, secret) = key(&house, ANNA, &NewKey::new("export"));
    assert!(secret.reveal().starts_with(&row.prefix));
    let kept = house.kept();
    assert!(kept.contains(&row.prefix));
    assert!(!kept.contains(&secret.reveal()[row.prefix.len() + 1..]));
}

#[test]
fn a_key_ends_at_its_moment() {
    let house = House::new();
    let end = house.db.now() + TimeDelta::days(1);
    let (_, secret) = key(&house, ANNA, &NewKey::new("export").expires_at(end));
    house
        .clock
        .forward(TimeDelta::days(1) - TimeDelta::microseconds(1));
    assert!(opens(&house, secret.reveal()).is_some());
    house.clock.forward(TimeDelta::microseconds(1));
    assert_eq!(opens(&house, secret.reveal()), None);
}

#[test]
fn a_scope_ends_with_its_key_and_never_later_than_the_directory_says() {
    let house = House::new();
    let soon = house.db.now() + TimeDelta::minutes(1);
    let (_, short) = key(&house, ANNA, &NewKey::new("short").expires_at(soon));
    let (_, long) = key(&house, ANNA, &NewKey::new("long"));
    let end = |secret: &Secret| {
        house
            .db
            .authenticate(&keys(&house), secret.reveal())
            .unwrap()
            .expires_at()
    };
    assert_eq!(end(&short), Some(soon));
    assert_eq!(end(&long), Some(house.db.now() + TimeDelta::minutes(15)));
}

#[test]
fn a_revoked_key_opens_nothing_and_only_its_tenant_revokes_it() {
    let house = House::new();
    let (row, secret) = key(&house, ANNA, &NewKey::new("export"));
    let bens = house.scope(BEN);
    assert!(matches!(
        house.directory.revoke_key(&bens, row.id),
        Err(Error::NotFound)
    ));
    assert!(opens(&house, secret.reveal()).is_some());
    let annas = house.scope(ANNA);
    house.directory.revoke_key(&annas, row.id).unwrap();
    assert_eq!(opens(&house, secret.reveal()), None);
    assert!(matches!(
        house.directory.revoke_key(&annas, row.id),
        Err(Error::NotFound)
    ));
}

#[test]
fn a_rotated_key_is_good_for_a_while_beside_the_new_one() {
    let house = House::new();
    let (row, old) = key(&house, ANNA, &NewKey::new("export").read_only());
    let scope = house.scope(ANNA);
    let (new_row, new) = house
        .directory
        .rotate_key(&scope, row.id, TimeDelta::hours(1))
        .unwrap();
    assert_eq!((new_row.name, new_row.read_only), (row.name, true));
    assert!(opens(&house, old.reveal()).is_some() && opens(&house, new.reveal()).is_some());
    house.clock.forward(TimeDelta::hours(1));
    assert!(opens(&house, old.reveal()).is_none() && opens(&house, new.reveal()).is_some());
    let bens = house.scope(BEN);
    let foreign = house
        .directory
        .rotate_key(&bens, new_row.id, TimeDelta::hours(1));
    assert!(matches!(foreign, Err(Error::NotFound)));
}

#[test]
fn a_rotation_does_not_lengthen_a_key() {
    let house = House::new();
    let end = house.db.now() + TimeDelta::minutes(5);
    let (row, old) = key(&house, ANNA, &NewKey::new("export").expires_at(end));
    let scope = house.scope(ANNA);
    house
        .directory
        .rotate_key(&scope, row.id, TimeDelta::hours(1))
        .unwrap();
    house.clock.forward(TimeDelta::minutes(5));
    assert_eq!(opens(&house, old.reveal()), None);
}

#[test]
fn a_shut_tenant_a_shut_user_and_an_ended_membership_open_nothing() {
    let shut = [
        "UPDATE tenancy_tenants SET disabled_at = created_at WHERE id =",
        "UPDATE tenancy_tenants SET deleted_at = created_at WHERE id =",
        "UPDATE tenancy_users SET disabled_at = created_at WHERE tenant_id =",
        "UPDATE tenancy_users SET deleted_at = created_at WHERE tenant_id =",
        "UPDATE tenancy_memberships SET deleted_at = created_at WHERE tenant_id =",
    ];

    for shut in shut {
        let house = House::new();
        let (_, annas) = key(&house, ANNA, &NewKey::new("export"));
        let (_, bens) = key(&house, BEN, &NewKey::new("export"));
        let scope = house.scope(ANNA);
        assert!(opens(&house, annas.reveal()).is_some());
        house.change(&format!("{shut} {}", scope.tenant()));
        assert_eq!(opens(&house, annas.reveal()), None);
        let again = house.directory.sign_in(&house.logins, ANNA, None);
        assert!(is_unauthenticated(again));
        assert!(opens(&house, bens.reveal()).is_some());
    }
}

#[test]
fn a_role_that_nobody_described_opens_nothing() {
    let house = House::new();
    let (_, annas) = key(&house, ANNA, &NewKey::new("export"));
    let scope = house.scope(ANNA);
    let tenant = scope.tenant();
    house.change(&format!(
        "UPDATE tenancy_memberships SET role = 'emperor' WHERE tenant_id = {tenant}"
    ));
    assert_eq!(opens(&house, annas.reveal()), None);
}

#[test]
fn scopes_and_reading_narrow_a_key() {
    let house = House::new();
    let new = NewKey::new("export").scopes(["items:export"]).read_only();
    let (_, secret) = key(&house, ANNA, &new);
    let identity = house
        .db
        .authenticate(&keys(&house), secret.reveal())
        .unwrap();
    assert!(!identity.may_write());
    assert!(identity.has_permission("items:export") && !identity.has_permission("items:import"));
    assert!(matches!(TenantScope::new(&identity), Err(Error::Forbidden)));
}

#[test]
fn a_key_cannot_do_more_than_who_makes_it() {
    let house = House::new();
    let (_, secret) = key(
        &house,
        ANNA,
        &NewKey::new("export").scopes(["items:export"]),
    );
    let narrow = house
        .db
        .authenticate(&keys(&house), secret.reveal())
        .unwrap();
    let narrow = TenantScope::new(&narrow).unwrap();
    let issue = |new: &NewKey| house.directory.issue_key(&narrow, "gear", new);
    let wide = [
        NewKey::new("all"),
        NewKey::new("other").scopes(["items:import"]),
        NewKey::new("both").scopes(["items:export", "items:import"]),
    ];
    for new in wide {
        assert!(matches!(issue(&new), Err(Error::Forbidden)));
    }
    let two_words = NewKey::new("words").scopes(["items:export items:import"]);
    assert!(matches!(
        issue(&two_words),
        Err(Error::Configuration { .. })
    ));
    assert!(issue(&NewKey::new("same").scopes(["items:export"])).is_ok());
    let (wide, _) = key(&house, ANNA, &NewKey::new("all"));
    let rotated = house
        .directory
        .rotate_key(&narrow, wide.id, TimeDelta::hours(1));
    assert!(matches!(rotated, Err(Error::Forbidden)));
}

#[test]
fn a_use_is_written_once_in_a_while() {
    let house = House::new();
    let (row, secret) = key(&house, ANNA, &NewKey::new("export"));
    let last = || {
        let scope = house.scope(ANNA);
        let found = Repo::<ApiKey>::new(&scope)
            .find(row.id)
            .first::<ApiKey>(&mut house.session(&scope));
        found.unwrap().last_used_at.map(|moment| moment.and_utc())
    };
    assert_eq!(last(), None);
    let first = house.db.now();
    opens(&house, secret.reveal());
    assert_eq!(last(), Some(first));
    house
        .clock
        .forward(TimeDelta::hours(1) - TimeDelta::microseconds(1));
    opens(&house, secret.reveal());
    assert_eq!(last(), Some(first));
    house.clock.forward(TimeDelta::microseconds(1));
    opens(&house, secret.reveal());
    assert_eq!(last(), Some(house.db.now()));
}

#[test]
fn an_operator_is_who_signs_in_and_is_named_by_the_table() {
    let house = House::new();
    let (_, annas) = key(&house, ANNA, &NewKey::new("export"));
    assert!(!house.sign_in(ANNA).is_operator());
    house.make_operator(house.sign_in(ANNA).subject().unwrap());
    assert!(house.sign_in(ANNA).is_operator() && !house.sign_in(BEN).is_operator());
    let by_key = house.db.authenticate(&keys(&house), annas.reveal());
    assert!(!by_key.unwrap().is_operator(), "no key makes an operator");
}

#[test]
fn a_key_of_another_member_is_not_rotated_and_is_revoked_by_who_manages() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let (_, secret) = house
        .directory
        .invite(&annas, "member", None, TimeDelta::days(1))
        .unwrap();
    let ben = house
        .directory
        .accept(&house.logins, BEN, secret.reveal())
        .unwrap();
    let bens = TenantScope::new(&ben).unwrap();
    let nothing = NewKey::new("ben").scopes([""; 0]);
    let (bens_key, _) = house.directory.issue_key(&bens, "gear", &nothing).unwrap();
    let (annas_key, _) = key(&house, ANNA, &NewKey::new("anna"));
    let rotated = house
        .directory
        .rotate_key(&annas, bens_key.id, TimeDelta::zero());
    assert!(matches!(rotated, Err(Error::Forbidden)));
    assert!(
        house
            .directory
            .rotate_key(&bens, bens_key.id, TimeDelta::hours(1))
            .is_ok()
    );
    let revoked = house.directory.revoke_key(&bens, annas_key.id);
    assert!(matches!(revoked, Err(Error::Forbidden)));
    assert!(house.directory.revoke_key(&annas, bens_key.id).is_ok());
}

#[test]
fn a_time_that_never_ends_is_refused() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let (row, _) = key(&house, ANNA, &NewKey::new("export"));
    let rotated = house.directory.rotate_key(&annas, row.id, TimeDelta::MAX);
    assert!(matches!(rotated, Err(Error::Configuration { .. })));
    let invited = house
        .directory
        .invite(&annas, "viewer", None, TimeDelta::MAX);
    assert!(matches!(invited, Err(Error::Configuration { .. })));
}

#[test]
fn a_key_makes_none_that_outlives_it() {
    let house = House::new();
    let end = house.db.now() + TimeDelta::days(1);
    let export = || NewKey::new("export").scopes(["items:export"]);
    let (_, secret) = key(&house, ANNA, &export().expires_at(end));
    let by_key = house
        .db
        .authenticate(&keys(&house), secret.reveal())
        .unwrap();
    let by_key = TenantScope::new(&by_key).unwrap();
    let issue = |new: &NewKey| house.directory.issue_key(&by_key, "gear", new);
    assert!(matches!(issue(&export()), Err(Error::Forbidden)));
    let later = export().expires_at(end + TimeDelta::microseconds(1));
    assert!(matches!(issue(&later), Err(Error::Forbidden)));
    assert!(issue(&export().expires_at(end)).is_ok());
}

#[test]
fn a_membership_that_names_two_users_opens_nothing() {
    let house = House::new();
    let (_, secret) = key(&house, ANNA, &NewKey::new("export"));
    let (annas, bens) = (house.scope(ANNA), house.scope(BEN));
    let ben: User = Repo::<User>::new(&bens)
        .query()
        .first(&mut house.session(&bens))
        .unwrap();
    house.change(&format!(
        "UPDATE tenancy_memberships SET user_home_id = {}, user_id = {} WHERE tenant_id = {}",
        bens.tenant(),
        ben.id.get(),
        annas.tenant()
    ));
    assert_eq!(opens(&house, secret.reveal()), None);
    assert!(is_unauthenticated(house.directory.sign_in(
        &house.logins,
        ANNA,
        None
    )));
}

#[test]
fn a_use_that_is_never_written_again_is_no_panic() {
    let house = House::new();
    let (_, secret) = key(&house, ANNA, &NewKey::new("export"));
    for grain in [TimeDelta::MAX, TimeDelta::MIN] {
        let keys = house.directory.api_keys("gear").unwrap().used_every(grain);
        for _ in 0..2 {
            assert!(house.db.authenticate(&keys, secret.reveal()).is_ok());
        }
    }
}
