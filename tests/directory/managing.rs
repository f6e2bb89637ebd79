//! What who manages a tenant may change, and what nobody may.

use std::sync::Barrier;
use std::thread;

use chrono::TimeDelta;
use tenancy::directory::{
    ApiKey, Invitation, Login, Manage, NewKey, Operator, RevokedToken, Tenant, User,
};
use tenancy::prelude::*;
use tenancy::{Error, With};

use crate::house::{ANNA, BEN, House, is_unauthenticated};

fn is_forbidden<T>(result: tenancy::Result<T>) -> bool {
    matches!(result, Err(Error::Forbidden))
}

fn is_of_last_owner<T>(result: tenancy::Result<T>) -> bool {
    matches!(result, Err(Error::LastOwner))
}

fn user(house: &House, scope: &TenantScope<i64>) -> User {
    let users = Repo::<User>::new(scope).query();
    users.first(&mut house.session(scope)).unwrap()
}

fn tenant(house: &House, scope: &TenantScope<i64>) -> Tenant {
    let tenants = Repo::<Tenant>::new(scope).query();
    tenants.first(&mut house.session(scope)).unwrap()
}

/// A program that manages Anna's tenant, and has no permission besides.
fn reception(house: &House) -> TenantScope<i64, With<Manage>> {
    let manages = NewKey::new("reception").scopes(["tenancy:manage"]);
    let annas = house.scope(ANNA);
    let (_, secret) = house.directory.issue_key(&annas, "gear", &manages).unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    let program = house.db.authenticate(&keys, secret.reveal()).unwrap();
    let program = TenantScope::new(&program).unwrap();
    program.require::<Manage>().unwrap()
}

#[test]
fn a_tenant_a_user_and_a_member_get_names() {
    let house = House::new();
    let bens = house.with_ben("member");
    let (annas, manages) = (house.scope(ANNA), house.manages(ANNA));
    house.directory.rename_tenant(&manages, "Gear").unwrap();
    assert_eq!(tenant(&house, &annas).name, "Gear");
    assert_eq!(tenant(&house, &house.scope(BEN)).name, "Anna");

    let anna = user(&house, &annas);
    let renamed = house
        .directory
        .rename_user(&annas, anna.id, Some("Anna Arnold"));
    renamed.unwrap();
    assert!(house.scope(ANNA).display_name().starts_with("Anna Arnold"));
    assert!(house.scope(BEN).display_name().starts_with("Anna (anna)"));

    let ben = house.member(&annas, bens.subject().unwrap());
    let renamed = house
        .directory
        .rename_member(&manages, ben.id, Some("Our Ben"));
    renamed.unwrap();
    let ben = house.member(&annas, bens.subject().unwrap());
    assert_eq!(ben.display_name.as_deref(), Some("Our Ben"));
}

#[test]
fn who_does_not_manage_changes_itself_at_home_and_nobody_else() {
    let house = House::new();
    let bens = house.with_ben("member");
    assert!(is_forbidden(bens.require::<Manage>()));
    let (anna, ben) = (
        user(&house, &house.scope(ANNA)),
        user(&house, &house.scope(BEN)),
    );
    let rename = |scope: &TenantScope<i64>, id| house.directory.rename_user(scope, id, Some("B"));
    assert!(is_forbidden(rename(&bens, anna.id)));
    assert!(matches!(rename(&bens, ben.id), Err(Error::NotFound)));
    assert!(rename(&house.scope(BEN), ben.id).is_ok());
}

#[test]
fn another_tenants_rows_are_not_found() {
    let house = House::new();
    let (annas, bens) = (house.scope(ANNA), house.manages(BEN));
    let member = house.member(&annas, annas.subject().unwrap());
    let anna = user(&house, &annas);
    let login: Login = Repo::<Login>::new(&annas)
        .query()
        .first(&mut house.session(&annas))
        .unwrap();
    let not_found = [
        house.directory.change_role(&bens, member.id, "viewer"),
        house.directory.rename_member(&bens, member.id, None),
        house.directory.remove_member(&bens, member.id),
        house.directory.disable_user(&bens, anna.id),
        house.directory.enable_user(&bens, anna.id),
        house
            .directory
            .rename_user(&bens.read_write(), anna.id, None),
        house.directory.revoke_login(&bens, login.id),
    ];
    for result in not_found {
        assert!(matches!(result, Err(Error::NotFound)));
    }
}

#[test]
fn nobody_gives_more_than_it_has_nor_reaches_who_has_more() {
    let house = House::new();
    let bens = house.with_ben("member");
    let annas = house.scope(ANNA);
    let (anna, ben) = (
        house.member(&annas, annas.subject().unwrap()),
        house.member(&annas, bens.subject().unwrap()),
    );
    let reception = reception(&house);
    let directory = &house.directory;
    for role in ["owner", "editor"] {
        assert!(is_forbidden(
            directory.change_role(&reception, ben.id, role)
        ));
    }
    assert!(directory.change_role(&reception, ben.id, "viewer").is_ok());
    assert!(is_forbidden(
        directory.change_role(&reception, anna.id, "member")
    ));
    assert!(is_forbidden(directory.remove_member(&reception, anna.id)));
    let of_anna = user(&house, &annas);
    assert!(is_forbidden(directory.disable_user(&reception, of_anna.id)));
    let login: Login = Repo::<Login>::new(&annas)
        .query()
        .first(&mut house.session(&annas))
        .unwrap();
    assert!(is_forbidden(directory.revoke_login(&reception, login.id)));
    let unknown = directory.change_role(&house.manages(ANNA), ben.id, "emperor");
    assert!(matches!(unknown, Err(Error::Configuration { .. })));
    assert!(directory.remove_member(&reception, ben.id).is_ok());
}

#[test]
fn a_tenant_keeps_an_owner() {
    let house = House::new();
    let directory = &house.directory;
    let bens = house.with_ben("editor");
    let annas = house.scope(ANNA);
    let manages = house.manages(ANNA);
    let anna = house.member(&annas, annas.subject().unwrap());
    let of_anna = user(&house, &annas);
    assert!(is_of_last_owner(
        directory.change_role(&manages, anna.id, "member")
    ));
    assert!(is_of_last_owner(directory.remove_member(&manages, anna.id)));
    assert!(is_of_last_owner(
        directory.disable_user(&manages, of_anna.id)
    ));
    assert!(directory.change_role(&manages, anna.id, "owner").is_ok());
    let ben = house.member(&annas, bens.subject().unwrap());
    directory.change_role(&manages, ben.id, "owner").unwrap();
    directory.disable_user(&manages, of_anna.id).unwrap();
    // Who is shut out owns nothing.
    let bens = house
        .directory
        .sign_in(&house.logins, BEN, Some(tenant(&house, &annas).public_id))
        .unwrap();
    let bens = TenantScope::new(&bens).unwrap();
    let bens = bens.require::<Manage>().unwrap();
    assert!(is_of_last_owner(directory.remove_member(&bens, ben.id)));
    assert!(is_forbidden(directory.remove_member(&manages, ben.id)));
    directory.enable_user(&bens, of_anna.id).unwrap();
    directory.remove_member(&bens, ben.id).unwrap();
    assert!(house.directory.sign_in(&house.logins, ANNA, None).is_ok());
}

#[test]
fn a_shut_tenant_is_opened_by_an_operator_and_not_by_itself() {
    let house = House::new();
    let (annas, manages) = (house.scope(ANNA), house.manages(ANNA));
    house.make_operator(house.sign_in(BEN).subject().unwrap());
    let anna = house.member(&annas, annas.subject().unwrap());
    let directory = &house.directory;
    directory.shut_tenant(&manages).unwrap();
    let come = || directory.sign_in(&house.logins, ANNA, None);
    assert!(is_unauthenticated(come()));
    // Its open scope makes nothing that lasts.
    assert!(is_forbidden(directory.rename_tenant(&manages, "Open")));
    assert!(is_forbidden(
        directory.change_role(&manages, anna.id, "owner")
    ));
    assert!(is_forbidden(directory.issue_key(
        &annas,
        "gear",
        &NewKey::new("later")
    )));
    let day = TimeDelta::days(1);
    assert!(is_forbidden(directory.invite(&annas, "member", None, day)));

    let operator = house.operator(BEN);
    directory
        .reopen_tenant_for(&operator, *annas.tenant())
        .unwrap();
    assert!(come().is_ok());
    directory
        .shut_tenant_for(&operator, *annas.tenant())
        .unwrap();
    assert!(is_unauthenticated(come()));
    assert!(house.directory.sign_in(&house.logins, BEN, None).is_ok());
    let none = directory.shut_tenant_for(&operator, 999);
    assert!(matches!(none, Err(Error::NotFound)));
    assert_eq!(house.count("tenancy_audit_events"), 6);
    let operators: Vec<Operator> = house
        .db
        .read_across(&operator, |scope, session| {
            Repo::<Operator>::new(scope).query().load(session)
        })
        .unwrap();
    let bens = house.scope(BEN);
    let [ben] = operators.as_slice() else {
        panic!("one operator");
    };
    assert_eq!(ben.tenant_id, *bens.tenant());
    assert_eq!(ben.user_id, user(&house, &bens).id);
}

#[test]
fn who_was_removed_makes_nothing_with_an_open_scope() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let annas = house.scope(ANNA);
    let directory = &house.directory;
    let issue = || directory.issue_key(&bens, "gear", &NewKey::new("later"));
    let (key, secret) = issue().unwrap();
    let keys = directory.api_keys("gear").unwrap();
    assert!(house.db.authenticate(&keys, secret.reveal()).is_ok());
    let ben = house.member(&annas, bens.subject().unwrap());
    directory
        .remove_member(&house.manages(ANNA), ben.id)
        .unwrap();
    assert!(is_unauthenticated(
        house.db.authenticate(&keys, secret.reveal())
    ));
    assert!(is_forbidden(issue()));
    let day = TimeDelta::days(1);
    assert!(is_forbidden(directory.invite(&bens, "owner", None, day)));
    assert!(is_forbidden(directory.rotate_key(&bens, key.id, day)));
    let manages = bens.require::<Manage>().unwrap();
    let anna = house.member(&annas, annas.subject().unwrap());
    assert!(is_forbidden(directory.remove_member(&manages, anna.id)));
    assert!(is_forbidden(directory.rename_tenant(&manages, "Ben's")));
    let of_anna = user(&house, &annas);
    let renamed = directory.rename_user(&bens, of_anna.id, Some("A"));
    assert!(is_forbidden(renamed));
}

#[test]
fn who_may_do_less_by_now_makes_no_more_than_that() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let annas = house.scope(ANNA);
    let directory = &house.directory;
    let ben = house.member(&annas, bens.subject().unwrap());
    directory
        .change_role(&house.manages(ANNA), ben.id, "editor")
        .unwrap();
    let issue = |key: NewKey| directory.issue_key(&bens, "gear", &key);
    assert!(is_forbidden(issue(NewKey::new("all"))));
    let import = NewKey::new("import").scopes(["items:import"]);
    assert!(is_forbidden(issue(import)));
    let export = NewKey::new("export").scopes(["items:export"]);
    assert!(issue(export).is_ok());
    let day = TimeDelta::days(1);
    assert!(is_forbidden(directory.invite(&bens, "viewer", None, day)));
    let of_anna = user(&house, &annas);
    let renamed = directory.rename_user(&bens, of_anna.id, Some("A"));
    assert!(is_forbidden(renamed));

    // Who still manages does not rise again by what its open scope had.
    directory
        .change_role(&house.manages(ANNA), ben.id, "manager")
        .unwrap();
    let manages = bens.require::<Manage>().unwrap();
    assert!(is_forbidden(directory.invite(&bens, "owner", None, day)));
    assert!(directory.invite(&bens, "member", None, day).is_ok());
    assert!(is_forbidden(
        directory.change_role(&manages, ben.id, "owner")
    ));
    let anna = house.member(&annas, annas.subject().unwrap());
    assert!(is_forbidden(directory.remove_member(&manages, anna.id)));
    let renamed = directory.rename_user(&bens, of_anna.id, Some("A"));
    assert!(is_forbidden(renamed), "an owner has more than a manager");
}

#[test]
fn of_two_owners_who_remove_each_other_one_stays() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let annas = house.scope(ANNA);
    let members = [&annas, &bens].map(|who| house.member(&annas, who.subject().unwrap()));
    let [anna, ben] = [&annas, &bens].map(|scope| scope.require::<Manage>().unwrap());
    for _ in 0..10 {
        let start = Barrier::new(2);
        let remove = |scope, id| {
            start.wait();
            house.directory.remove_member(scope, id)
        };
        let removed = thread::scope(|threads| {
            let other = threads.spawn(|| remove(&ben, members[0].id));
            [remove(&anna, members[1].id), other.join().unwrap()]
        });
        let done = removed.iter().filter(|removed| removed.is_ok()).count();
        assert_eq!(done, 1, "{removed:?}");
        house.change(
            "UPDATE tenancy_memberships SET deleted_at = NULL WHERE deleted_at IS NOT NULL",
        );
    }
}

#[test]
fn an_invitation_that_was_accepted_stays() {
    let house = House::new();
    house.with_ben("member");
    let manages = house.manages(ANNA);
    let invitation: Invitation = Repo::<Invitation>::new(&manages)
        .query()
        .first(&mut house.session(&house.scope(ANNA)))
        .unwrap();
    let revoked = house.directory.revoke_invitation(&manages, invitation.id);
    assert!(matches!(revoked, Err(Error::Conflict)));
}

#[test]
fn a_revoked_key_makes_nothing_with_an_open_scope() {
    let house = House::new();
    let reception = reception(&house).read_write();
    let directory = &house.directory;
    let nothing = NewKey::new("nothing").scopes([""; 0]);
    let (made, _) = directory.issue_key(&reception, "gear", &nothing).unwrap();
    let annas = house.scope(ANNA);
    let keys = Repo::<ApiKey>::new(&annas).query();
    let keys: Vec<ApiKey> = keys.load(&mut house.session(&annas)).unwrap();
    let own = keys.iter().find(|key| key.name == "reception").unwrap();
    directory.revoke_key(&annas, own.id).unwrap();
    assert!(is_forbidden(
        directory.issue_key(&reception, "gear", &nothing)
    ));
    let day = TimeDelta::days(1);
    assert!(is_forbidden(
        directory.invite(&reception, "member", None, day)
    ));
    assert!(is_forbidden(directory.rotate_key(&reception, made.id, day)));
}

#[test]
fn what_is_ended_and_renamed_is_of_who_has_no_more() {
    let house = House::new();
    let directory = &house.directory;
    let annas = house.scope(ANNA);
    let reception = reception(&house);
    let bens = house.with_ben("owner");
    let export = NewKey::new("export");
    let (row, _) = directory.issue_key(&bens, "gear", &export).unwrap();
    let by_key = reception.read_write();
    assert!(is_forbidden(directory.revoke_key(&by_key, row.id)));
    assert!(directory.revoke_key(&annas, row.id).is_ok());
    let ben = house.member(&annas, bens.subject().unwrap());
    let of_ben = |scope: &TenantScope<i64, With<Manage>>| {
        directory.rename_member(scope, ben.id, Some("Benjamin"))
    };
    assert!(is_forbidden(of_ben(&reception)));
    assert!(of_ben(&house.manages(ANNA)).is_ok());
    let anna = user(&house, &annas);
    assert!(
        directory.rename_user(&by_key, anna.id, Some("A")).is_ok(),
        "itself"
    );
    let day = TimeDelta::days(1);
    let (asked, _) = directory.invite(&annas, "owner", None, day).unwrap();
    let anna = house.member(&annas, annas.subject().unwrap());
    assert!(is_forbidden(
        directory.revoke_invitation(&reception, asked.id)
    ));
    assert!(is_forbidden(
        directory.rename_member(&reception, anna.id, None)
    ));
    assert!(
        directory
            .revoke_invitation(&house.manages(ANNA), asked.id)
            .is_ok()
    );
}

#[test]
fn who_was_removed_ends_no_key_and_no_token() {
    let house = House::new();
    let directory = &house.directory;
    let bens = house.with_ben("owner");
    let annas = house.scope(ANNA);
    let (row, _) = directory
        .issue_key(&annas, "gear", &NewKey::new("export"))
        .unwrap();
    let ben = house.member(&annas, bens.subject().unwrap());
    directory
        .remove_member(&house.manages(ANNA), ben.id)
        .unwrap();
    assert!(is_forbidden(directory.revoke_key(&bens, row.id)));
    let end = house.db.now().naive_utc();
    let token = uuid::Uuid::max();
    assert!(is_forbidden(directory.revoke_token(&bens, token, end)));
    assert!(directory.revoke_token(&annas, token, end).is_ok());
    let kept: RevokedToken = Repo::<RevokedToken>::new(&annas)
        .query()
        .first(&mut house.session(&annas))
        .unwrap();
    assert!(kept.expires_at > end, "the row outlives the token");
    assert!(directory.revoke_key(&annas, row.id).is_ok());
}

#[test]
fn a_key_that_is_over_makes_nothing_with_an_open_scope() {
    let house = House::new();
    let reception = reception(&house).read_write();
    let directory = &house.directory;
    let annas = house.scope(ANNA);
    let own: ApiKey = Repo::<ApiKey>::new(&annas)
        .query()
        .first(&mut house.session(&annas))
        .unwrap();
    let rotated = directory.rotate_key(&annas, own.id, TimeDelta::zero());
    rotated.unwrap();
    let nothing = NewKey::new("nothing").scopes([""; 0]);
    assert!(is_forbidden(
        directory.issue_key(&reception, "gear", &nothing)
    ));
}

#[test]
fn a_key_rotates_none_that_outlives_it() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let directory = &house.directory;
    let soon = house.db.now() + TimeDelta::minutes(1);
    let short = NewKey::new("short").scopes(["items:export"]);
    let (_, secret) = directory
        .issue_key(&annas, "gear", &short.clone().expires_at(soon))
        .unwrap();
    let (long, _) = directory.issue_key(&annas, "gear", &short).unwrap();
    let keys = directory.api_keys("gear").unwrap();
    let by_key = house.db.authenticate(&keys, secret.reveal()).unwrap();
    let by_key = TenantScope::new(&by_key).unwrap();
    let rotated = directory.rotate_key(&by_key, long.id, TimeDelta::zero());
    assert!(is_forbidden(rotated));
    assert!(
        directory
            .rotate_key(&annas, long.id, TimeDelta::zero())
            .is_ok()
    );
}
