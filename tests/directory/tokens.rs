//! Delegated tokens over the directory's tables: what ends them before their time.

use chrono::TimeDelta;
use tenancy::Error;
use tenancy::directory::{Login, NewKey, RevokedTokens};
use tenancy::jwt::{DelegatedTokens, Delegation, SigningKey};
use tenancy::prelude::*;

use crate::house::{ANNA, BEN, House, is_unauthenticated};

type Tokens = DelegatedTokens<i64, RevokedTokens>;

fn tokens(house: &House) -> Tokens {
    let key = SigningKey::new("1", &[7; 32]).unwrap();
    let tokens = DelegatedTokens::new([key], house.directory.revoked_tokens()).unwrap();
    tokens.clock(house.clock.clone())
}

fn issued(house: &House, who: &str) -> String {
    let delegation = Delegation::new("export").permission("items:export");
    tokens(house).issue(&house.scope(who), delegation).unwrap()
}

fn present(house: &House, token: &str) -> tenancy::Result<tenancy::Identity<i64>> {
    house
        .db
        .authenticate(&tokens(house).for_purpose("export"), token)
}

#[test]
fn a_job_gets_the_scope_that_it_was_given() {
    let house = House::new();
    let anna = house.sign_in(ANNA);
    let job = present(&house, &issued(&house, ANNA)).unwrap();
    assert_eq!(
        (job.tenant(), job.subject()),
        (anna.tenant(), anna.subject())
    );
    assert!(job.has_permission("items:export") && !job.has_permission("items:import"));
    assert_ne!(
        present(&house, &issued(&house, BEN)).unwrap().tenant(),
        anna.tenant()
    );
}

#[test]
fn a_revoked_token_opens_nothing_and_another_one_does() {
    let house = House::new();
    let (token, other) = (issued(&house, ANNA), issued(&house, ANNA));
    let read = tokens(&house).read(&token).unwrap();
    let scope = house.scope(ANNA);
    let end = read.expires_at().naive_utc();
    // Revoked by the other tenant, nothing has changed.
    house
        .directory
        .revoke_token(&house.scope(BEN), read.id(), end)
        .unwrap();
    assert!(present(&house, &token).is_ok());
    house
        .directory
        .revoke_token(&scope, read.id(), end)
        .unwrap();
    assert!(is_unauthenticated(present(&house, &token)));
    assert!(present(&house, &other).is_ok());
}

#[test]
fn a_token_ends_with_the_membership_and_with_the_user() {
    let house = House::new();
    let (annas, bens) = (issued(&house, ANNA), issued(&house, BEN));
    let scope = house.scope(ANNA);
    house.change(&format!(
        "UPDATE tenancy_memberships SET deleted_at = created_at WHERE tenant_id = {}",
        scope.tenant()
    ));
    assert!(is_unauthenticated(present(&house, &annas)));
    assert!(present(&house, &bens).is_ok());
    let scope = house.scope(BEN);
    house.change(&format!(
        "UPDATE tenancy_users SET disabled_at = created_at WHERE tenant_id = {}",
        scope.tenant()
    ));
    assert!(is_unauthenticated(present(&house, &bens)));
}

#[test]
fn a_token_ends_when_its_tenant_is_shut() {
    let house = House::new();
    let token = issued(&house, ANNA);
    house.directory.shut_tenant(&house.manages(ANNA)).unwrap();
    assert!(is_unauthenticated(present(&house, &token)));
}

#[test]
fn a_token_ends_with_the_scope_that_issued_it() {
    let house = House::new();
    let token = issued(&house, ANNA);
    house.clock.forward(TimeDelta::minutes(15));
    assert!(is_unauthenticated(present(&house, &token)));
}

#[test]
fn a_token_ends_when_its_member_may_do_less() {
    let house = House::new();
    let token = issued(&house, ANNA);
    let scope = house.scope(ANNA);
    for (role, is_good) in [
        ("editor", true),
        ("viewer", false),
        ("member", false),
        ("emperor", false),
    ] {
        house.change(&format!(
            "UPDATE tenancy_memberships SET role = '{role}' WHERE tenant_id = {}",
            scope.tenant()
        ));
        assert_eq!(present(&house, &token).is_ok(), is_good, "{role}");
    }
}

#[test]
fn a_job_makes_nothing_that_lasts() {
    let house = House::new();
    let everything = Delegation::new("export").permission("tenancy:manage");
    let token = tokens(&house)
        .issue(&house.scope(ANNA), everything)
        .unwrap();
    let job = TenantScope::new(&present(&house, &token).unwrap()).unwrap();
    let key = house
        .directory
        .issue_key(&job, "gear", &NewKey::new("more").scopes([""; 0]));
    assert!(matches!(key, Err(Error::Forbidden)));
    let invitation = house
        .directory
        .invite(&job, "member", None, TimeDelta::days(1));
    assert!(matches!(invitation, Err(Error::Forbidden)));
}

#[test]
fn a_token_ends_with_the_key_that_delegated_it() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let new = NewKey::new("export").scopes(["items:export"]);
    let (row, secret) = house.directory.issue_key(&annas, "gear", &new).unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    let by_key = house.db.authenticate(&keys, secret.reveal()).unwrap();
    let by_key = TenantScope::new(&by_key).unwrap();
    let issue = || {
        let delegation = Delegation::new("export").permission("items:export");
        tokens(&house).issue(&by_key, delegation).unwrap()
    };
    let (before, by_hand) = (issue(), issued(&house, ANNA));
    assert!(present(&house, &before).is_ok());
    house.directory.revoke_key(&annas, row.id).unwrap();
    assert!(is_unauthenticated(present(&house, &before)));
    assert!(is_unauthenticated(present(&house, &issue())));
    assert!(present(&house, &by_hand).is_ok());
}

#[test]
fn a_token_ends_when_the_key_that_delegated_it_is_over() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let new = NewKey::new("export").scopes(["items:export"]);
    let (row, secret) = house.directory.issue_key(&annas, "gear", &new).unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    let by_key = house.db.authenticate(&keys, secret.reveal()).unwrap();
    let delegation = Delegation::new("export").permission("items:export");
    let by_key = TenantScope::new(&by_key).unwrap();
    let token = tokens(&house).issue(&by_key, delegation).unwrap();
    let rotated = house
        .directory
        .rotate_key(&annas, row.id, TimeDelta::minutes(1));
    rotated.unwrap();
    assert!(present(&house, &token).is_ok());
    house.clock.forward(TimeDelta::minutes(1));
    assert!(is_unauthenticated(present(&house, &token)));
}

#[test]
fn a_token_ends_with_the_login_that_delegated_it() {
    let house = House::new();
    house.with_ben("owner");
    let (token, bens) = (issued(&house, ANNA), issued(&house, BEN));
    let annas = house.scope(ANNA);
    let login: Login = Repo::<Login>::new(&annas)
        .query()
        .first(&mut house.session(&annas))
        .unwrap();
    let (_, secret) = house
        .directory
        .issue_key(&annas, "gear", &NewKey::new("export"))
        .unwrap();
    let by_key = tokens_by_key(&house, secret.reveal());
    assert!(present(&house, &token).is_ok());
    house
        .directory
        .revoke_login(&house.manages(ANNA), login.id)
        .unwrap();
    for ended in [&token, &by_key] {
        assert!(is_unauthenticated(present(&house, ended)));
    }
    assert!(present(&house, &bens).is_ok());
}

fn tokens_by_key(house: &House, secret: &str) -> String {
    let keys = house.directory.api_keys("gear").unwrap();
    let by_key = house.db.authenticate(&keys, secret).unwrap();
    let delegation = Delegation::new("export").permission("items:export");
    let scope = TenantScope::new(&by_key).unwrap();
    tokens(house).issue(&scope, delegation).unwrap()
}

#[test]
fn a_token_does_not_come_back_with_its_member() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let delegation = || Delegation::new("export").permission("items:export");
    let before = tokens(&house).issue(&bens, delegation()).unwrap();
    house.clock.forward(TimeDelta::seconds(2));
    let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
    house
        .directory
        .remove_member(&house.manages(ANNA), ben.id)
        .unwrap();
    assert!(is_unauthenticated(present(&house, &before)));
    let again = house.with_ben("owner");
    assert!(is_unauthenticated(present(&house, &before)));
    let token = tokens(&house).issue(&again, delegation()).unwrap();
    assert!(present(&house, &token).is_ok());
}
