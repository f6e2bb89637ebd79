//! What a row of the directory's opens, had somebody written it who must not, and what an invitation
//! opens when who made it is gone.

use chrono::TimeDelta;
use diesel::prelude::*;
use tenancy::directory::schema::{tenancy_api_keys, tenancy_memberships, tenancy_users};
use tenancy::directory::{Manage, NewKey, Tenant, User};
use tenancy::prelude::*;
use tenancy::sql_types::id128;
use tenancy::{Error, Secret};
use uuid::Uuid;

use crate::house::{ANNA, BEN, House, is_unauthenticated};

const CARLA: &str = "https://one.example/carla";

fn subject(scope: &TenantScope<i64>) -> Uuid {
    scope.subject().unwrap().parse().unwrap()
}

fn accept(house: &House, who: &str, secret: &Secret) -> Result<tenancy::Identity<i64>, Error> {
    house.directory.accept(&house.logins, who, secret.reveal())
}

/// Ben, an owner of Anna's tenant, asks somebody in.
fn asked_by_ben(house: &House, role: &str) -> (TenantScope<i64>, Secret) {
    let bens = house.with_ben("owner");
    let asked = house
        .directory
        .invite(&bens, role, None, TimeDelta::days(7));
    (bens, asked.unwrap().1)
}

#[test]
fn an_operator_is_found_by_its_home_and_its_key_there() {
    let house = House::new();
    let (annas, bens) = (house.scope(ANNA), house.scope(BEN));
    house.make_operator(bens.subject().unwrap());
    // Anna's rows say of her what the operator's rows say of him.
    let conn = &mut house.stage.raw();
    let annas_user = tenancy_users::table.filter(tenancy_users::tenant_id.eq(annas.tenant()));
    diesel::update(annas_user)
        .set(tenancy_users::public_id.eq(id128(subject(&bens))))
        .execute(conn)
        .unwrap();
    let members = tenancy_memberships::table;
    diesel::update(members.filter(tenancy_memberships::tenant_id.eq(annas.tenant())))
        .set(tenancy_memberships::user_public_id.eq(id128(subject(&bens))))
        .execute(conn)
        .unwrap();
    assert_eq!(house.sign_in(ANNA).subject(), bens.subject());
    assert!(!house.sign_in(ANNA).is_operator());
    assert!(house.sign_in(BEN).is_operator());
}

#[test]
fn a_membership_reads_no_user_whose_home_does_not_say_so() {
    let house = House::new();
    let (annas, bens) = (house.scope(ANNA), house.scope(BEN));
    let (key, secret) = house
        .directory
        .issue_key(&annas, "gear", &NewKey::new("export"))
        .unwrap();
    let ben: User = Repo::<User>::new(&bens)
        .query()
        .first(&mut house.session(&bens))
        .unwrap();
    let tenant: Tenant = Repo::<Tenant>::new(&annas)
        .query()
        .first(&mut house.session(&annas))
        .unwrap();
    let conn = &mut house.stage.raw();
    let now = house.db.now().naive_utc();
    diesel::insert_into(tenancy_memberships::table)
        .values((
            tenancy_memberships::public_id.eq(id128(Uuid::max())),
            tenancy_memberships::tenant_id.eq(annas.tenant()),
            tenancy_memberships::tenant_public_id.eq(tenant.public_id),
            tenancy_memberships::user_home_id.eq(bens.tenant()),
            tenancy_memberships::user_id.eq(ben.id.get()),
            tenancy_memberships::user_public_id.eq(ben.public_id),
            tenancy_memberships::role.eq("owner"),
            tenancy_memberships::created_at.eq(now),
            tenancy_memberships::updated_at.eq(now),
        ))
        .execute(conn)
        .unwrap();
    let keys = tenancy_api_keys::table.filter(tenancy_api_keys::id.eq(key.id.get()));
    diesel::update(keys)
        .set(tenancy_api_keys::user_public_id.eq(ben.public_id))
        .execute(conn)
        .unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    assert!(is_unauthenticated(
        house.db.authenticate(&keys, secret.reveal())
    ));
    // Nor is it an owner.
    let anna = house.member(&annas, annas.subject().unwrap());
    let left = house.directory.remove_member(&house.manages(ANNA), anna.id);
    assert!(matches!(left, Err(Error::LastOwner)));
}

#[test]
fn who_was_removed_does_not_come_back_by_its_own_invitation() {
    let house = House::new();
    let (bens, secret) = asked_by_ben(&house, "owner");
    let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
    house
        .directory
        .remove_member(&house.manages(ANNA), ben.id)
        .unwrap();
    assert_eq!(house.open_invitations(&house.scope(ANNA)), 0);
    assert!(is_unauthenticated(accept(&house, BEN, &secret)));
    assert!(is_unauthenticated(accept(&house, CARLA, &secret)));
    // Nor when he is asked in again.
    house.with_ben("owner");
    assert!(is_unauthenticated(accept(&house, CARLA, &secret)));
}

#[test]
fn an_invitation_is_worth_what_who_made_it_still_may() {
    let ended = [
        ("owner", "deleted_at = created_at"),
        ("member", "role = 'member'"),
        ("owner", "role = 'manager'"),
    ];
    for (role, change) in ended {
        let house = House::new();
        let (bens, secret) = asked_by_ben(&house, role);
        let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
        house.change(&format!(
            "UPDATE tenancy_memberships SET {change} WHERE id = {}",
            ben.id.get()
        ));
        let accepted = accept(&house, CARLA, &secret);
        assert!(is_unauthenticated(accepted), "{change}");
        assert_eq!(house.count("tenancy_users"), 2);
    }
}

#[test]
fn who_ends_and_comes_again_finds_its_invitations_ended() {
    let house = House::new();
    let (bens, secret) = asked_by_ben(&house, "owner");
    let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
    house.change(&format!(
        "UPDATE tenancy_memberships SET deleted_at = created_at WHERE id = {}",
        ben.id.get()
    ));
    house.with_ben("owner");
    assert!(is_unauthenticated(accept(&house, CARLA, &secret)));
}

#[test]
fn who_manages_no_more_finds_its_invitations_ended() {
    let house = House::new();
    let (bens, secret) = asked_by_ben(&house, "owner");
    let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
    let manages = house.manages(ANNA);
    for role in ["member", "owner"] {
        house.directory.change_role(&manages, ben.id, role).unwrap();
        assert!(is_unauthenticated(accept(&house, CARLA, &secret)), "{role}");
    }
}

#[test]
fn an_invitation_ends_with_the_key_that_made_it() {
    let ways: [fn(&House, i64); 3] = [
        |house, key| {
            let (key, annas) = (RowId::from_raw(key), house.scope(ANNA));
            let rotated = house.directory.rotate_key(&annas, key, TimeDelta::zero());
            rotated.unwrap();
        },
        |house, key| {
            let key = RowId::from_raw(key);
            let annas = house.scope(ANNA);
            assert_eq!(house.open_invitations(&annas), 1);
            house.directory.revoke_key(&annas, key).unwrap();
            assert_eq!(house.open_invitations(&annas), 0);
        },
        |house, key| {
            house.change(&format!(
                "UPDATE tenancy_api_keys SET deleted_at = created_at WHERE id = {key}"
            ));
        },
    ];
    for end in ways {
        let house = House::new();
        let annas = house.scope(ANNA);
        let manages = NewKey::new("reception").scopes([<Manage as tenancy::Permission>::NAME]);
        let (key, secret) = house.directory.issue_key(&annas, "gear", &manages).unwrap();
        let keys = house.directory.api_keys("gear").unwrap();
        let reception = house.db.authenticate(&keys, secret.reveal()).unwrap();
        let reception = TenantScope::new(&reception).unwrap();
        let ask = || {
            let day = TimeDelta::days(1);
            house.directory.invite(&reception, "member", None, day)
        };
        let (first, second) = (ask().unwrap().1, ask().unwrap().1);
        assert!(accept(&house, BEN, &first).is_ok());
        end(&house, key.id.get());
        assert!(is_unauthenticated(accept(&house, CARLA, &second)));
    }
}

#[test]
fn an_invitation_does_not_outlive_the_key_that_made_it() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let soon = house.db.now() + TimeDelta::minutes(1);
    let manages = NewKey::new("reception").scopes(["tenancy:manage"]);
    let (_, secret) = house
        .directory
        .issue_key(&annas, "gear", &manages.expires_at(soon))
        .unwrap();
    let keys = house.directory.api_keys("gear").unwrap();
    let reception = house.db.authenticate(&keys, secret.reveal()).unwrap();
    let reception = TenantScope::new(&reception).unwrap();
    let ask = |lasting| house.directory.invite(&reception, "member", None, lasting);
    assert!(matches!(ask(TimeDelta::days(7)), Err(Error::Forbidden)));
    assert!(ask(TimeDelta::minutes(1)).is_ok());
}
