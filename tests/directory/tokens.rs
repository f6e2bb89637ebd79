//! Delegated tokens over the directory's tables: what ends them before their time.

use chrono::TimeDelta;
use tenancy::Error;
use tenancy::directory::schema::{tenancy_memberships, tenancy_users};
use tenancy::directory::{Membership, NewKey, RevokedTokens, Tenant, User};
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
    let members = Repo::<Membership>::new(&scope);
    members
        .delete(members.query())
        .execute(&mut house.session(&scope))
        .unwrap();
    assert!(is_unauthenticated(present(&house, &annas)));
    assert!(present(&house, &bens).is_ok());
    let scope = house.scope(BEN);
    let users = Repo::<User>::new(&scope);
    let at = Some(chrono::DateTime::UNIX_EPOCH.naive_utc());
    let shut = users
        .update(users.query())
        .set(diesel::ExpressionMethods::eq(
            tenancy_users::disabled_at,
            at,
        ));
    shut.execute(&mut house.session(&scope)).unwrap();
    assert!(is_unauthenticated(present(&house, &bens)));
}

#[test]
fn a_token_ends_when_its_tenant_is_shut() {
    let house = House::new();
    let token = issued(&house, ANNA);
    let scope = house.scope(ANNA);
    let tenants = Repo::<Tenant>::new(&scope);
    let session = &mut house.session(&scope);
    tenants.delete(tenants.query()).execute(session).unwrap();
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
    let members = Repo::<Membership>::new(&scope);
    for (role, is_good) in [
        ("editor", true),
        ("viewer", false),
        ("member", false),
        ("emperor", false),
    ] {
        let now = diesel::ExpressionMethods::eq(tenancy_memberships::role, role);
        let session = &mut house.session(&scope);
        members
            .update(members.query())
            .set(now)
            .execute(session)
            .unwrap();
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
