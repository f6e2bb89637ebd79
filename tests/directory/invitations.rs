//! Coming into a tenant that is not one's own.

use std::thread;

use chrono::TimeDelta;
use tenancy::directory::{Invitation, Membership, NewKey};
use tenancy::prelude::*;
use tenancy::{Error, Secret};

use crate::house::{ANNA, BEN, House, is_unauthenticated};

const CARLA: &str = "https://one.example/carla";

fn invited(house: &House) -> (TenantScope<i64>, Invitation, Secret) {
    let annas = house.scope(ANNA);
    let (row, secret) = house
        .directory
        .invite(
            &annas,
            "editor",
            Some("ben@example.com"),
            TimeDelta::days(7),
        )
        .unwrap();
    (annas, row, secret)
}

fn accept(house: &House, who: &str, secret: &str) -> Result<tenancy::Identity<i64>, Error> {
    house.directory.accept(&house.logins, who, secret)
}

#[test]
fn who_was_asked_comes_in_and_keeps_a_home() {
    let house = House::new();
    let (annas, row, secret) = invited(&house);
    let ben = accept(&house, BEN, secret.reveal()).unwrap();
    assert_eq!(ben.tenant(), annas.tenant());
    assert!(ben.has_permission("items:export") && !ben.has_permission("items:import"));
    let mut session = house.session(&annas);
    let used = Repo::<Invitation>::new(&annas)
        .find(row.id)
        .first::<Invitation>(&mut session)
        .unwrap();
    assert_eq!(
        used.accepted_by.map(|by| by.to_string()).as_deref(),
        ben.subject()
    );
    let members: Vec<Membership> = Repo::<Membership>::new(&annas)
        .query()
        .load(&mut session)
        .unwrap();
    assert_eq!(members.len(), 2);
    assert_ne!(house.sign_in(BEN).tenant(), ben.tenant());
}

#[test]
fn an_invitation_is_good_once() {
    let house = House::new();
    let (_, _, secret) = invited(&house);
    accept(&house, BEN, secret.reveal()).unwrap();
    assert!(is_unauthenticated(accept(&house, CARLA, secret.reveal())));
    assert!(is_unauthenticated(accept(&house, BEN, secret.reveal())));
}

#[test]
fn of_many_who_accept_one_comes_in() {
    let house = House::new();
    let (annas, _, secret) = invited(&house);
    let let_in = thread::scope(|threads| {
        let all: Vec<_> = (0..10)
            .map(|who| {
                let (house, secret) = (&house, &secret);
                threads.spawn(move || {
                    accept(
                        house,
                        &format!("https://two.example/{who}"),
                        secret.reveal(),
                    )
                    .is_ok()
                })
            })
            .collect();
        all.into_iter()
            .filter_map(|one| one.join().ok())
            .filter(|came_in| *came_in)
            .count()
    });
    assert_eq!(let_in, 1);
    let members = Repo::<Membership>::new(&annas).query().count();
    let members: i64 = members.get_result(&mut house.session(&annas)).unwrap();
    assert_eq!(members, 2);
}

#[test]
fn an_invitation_ends_at_its_moment() {
    let house = House::new();
    let (_, _, secret) = invited(&house);
    house.clock.forward(TimeDelta::days(7));
    assert!(is_unauthenticated(accept(&house, BEN, secret.reveal())));
}

#[test]
fn an_invitation_that_was_taken_back_lets_nobody_in() {
    let house = House::new();
    let (_, row, secret) = invited(&house);
    let annas = house.manages(ANNA);
    house.directory.revoke_invitation(&annas, row.id).unwrap();
    assert!(is_unauthenticated(accept(&house, BEN, secret.reveal())));
}

#[test]
fn what_is_not_an_invitation_lets_nobody_in() {
    let house = House::new();
    let (_, _, secret) = invited(&house);
    let altered = secret.reveal().replace('a', "b");
    for text in ["", "invite_", &altered, "gear_0_0"] {
        assert!(is_unauthenticated(accept(&house, BEN, text)));
    }
    assert!(is_unauthenticated(accept(
        &house,
        "nobody",
        secret.reveal()
    )));
    assert!(accept(&house, BEN, secret.reveal()).is_ok());
}

#[test]
fn a_member_is_not_asked_in_twice() {
    let house = House::new();
    let (_, _, first) = invited(&house);
    let (annas, row, second) = invited(&house);
    accept(&house, BEN, first.reveal()).unwrap();
    assert!(matches!(
        accept(&house, BEN, second.reveal()),
        Err(Error::Conflict)
    ));
    let mut session = house.session(&annas);
    let unused = Repo::<Invitation>::new(&annas)
        .find(row.id)
        .first::<Invitation>(&mut session);
    assert_eq!(unused.unwrap().accepted_at, None);
}

#[test]
fn who_has_left_can_be_asked_again() {
    let house = House::new();
    let (annas, _, first) = invited(&house);
    let ben = accept(&house, BEN, first.reveal()).unwrap();
    let member = house.member(&annas, ben.subject().unwrap());
    house
        .directory
        .remove_member(&house.manages(ANNA), member.id)
        .unwrap();
    let (_, again) = house
        .directory
        .invite(&annas, "viewer", None, TimeDelta::days(1))
        .unwrap();
    let back = accept(&house, BEN, again.reveal()).unwrap();
    assert_eq!(back.subject(), ben.subject());
    assert!(!back.may_write());
}

#[test]
fn an_invitation_is_to_a_role_that_there_is_and_lasts() {
    let house = House::new();
    let annas = house.scope(ANNA);
    for (role, lasting) in [
        ("emperor", TimeDelta::days(1)),
        ("viewer", TimeDelta::zero()),
    ] {
        let refused = house.directory.invite(&annas, role, None, lasting);
        assert!(matches!(refused, Err(Error::Configuration { .. })));
    }
}

#[test]
fn who_invites_manages_and_gives_no_more_than_it_has() {
    let house = House::new();
    let (_, _, secret) = invited(&house);
    let ben = TenantScope::new(&accept(&house, BEN, secret.reveal()).unwrap()).unwrap();
    for role in ["owner", "editor", "viewer"] {
        let refused = house.directory.invite(&ben, role, None, TimeDelta::days(1));
        assert!(matches!(refused, Err(Error::Forbidden)), "{role}");
    }
    let annas = house.scope(ANNA);
    let manages = NewKey::new("reception").scopes(["tenancy:manage"]);
    let (_, key) = house.directory.issue_key(&annas, "gear", &manages).unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    let reception = house.db.authenticate(&keys, key.reveal()).unwrap();
    let reception = TenantScope::new(&reception).unwrap();
    for (role, may) in [("owner", false), ("editor", false), ("member", true)] {
        let invited = house
            .directory
            .invite(&reception, role, None, TimeDelta::days(1));
        assert_eq!(invited.is_ok(), may, "{role}");
    }
}

#[test]
fn an_invitation_that_is_none_makes_nobody() {
    let house = House::new();
    let (_, row, secret) = invited(&house);
    let annas = house.manages(ANNA);
    house.directory.revoke_invitation(&annas, row.id).unwrap();
    assert!(is_unauthenticated(accept(&house, BEN, secret.reveal())));
    assert_eq!(house.count("tenancy_users"), 1);
}

#[test]
fn into_a_shut_tenant_nobody_comes_and_the_invitation_stays() {
    let house = House::new();
    let (annas, row, secret) = invited(&house);
    house.directory.shut_tenant(&house.manages(ANNA)).unwrap();
    assert!(is_unauthenticated(accept(&house, BEN, secret.reveal())));
    let mut session = house.session(&annas);
    let unused = Repo::<Invitation>::new(&annas)
        .find(row.id)
        .first::<Invitation>(&mut session);
    assert_eq!(unused.unwrap().accepted_at, None);
}

#[test]
fn keys_from_before_are_not_good_again() {
    let house = House::new();
    let (annas, _, first) = invited(&house);
    let ben = TenantScope::new(&accept(&house, BEN, first.reveal()).unwrap()).unwrap();
    let new = NewKey::new("export").scopes(["items:export"]);
    let (_, key) = house.directory.issue_key(&ben, "gear", &new).unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    assert!(house.db.authenticate(&keys, key.reveal()).is_ok());
    let member = house.member(&annas, ben.subject().unwrap());
    house
        .directory
        .remove_member(&house.manages(ANNA), member.id)
        .unwrap();
    let (_, again) = house
        .directory
        .invite(&annas, "editor", None, TimeDelta::days(1))
        .unwrap();
    accept(&house, BEN, again.reveal()).unwrap();
    assert!(is_unauthenticated(
        house.db.authenticate(&keys, key.reveal())
    ));
}
