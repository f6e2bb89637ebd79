//! What ends with the key or the login by which it was made, and with whom.

use chrono::TimeDelta;
use diesel::prelude::*;
use std::sync::Barrier;
use std::thread;
use tenancy::directory::schema::tenancy_logins;

use tenancy::directory::{ApiKey, Login, Manage, NewKey, User};
use tenancy::prelude::*;
use tenancy::{Error, Secret, With};

use crate::house::{ANNA, BEN, House, is_unauthenticated};

const CARLA: &str = "https://one.example/carla";

fn is_forbidden<T>(result: tenancy::Result<T>) -> bool {
    matches!(result, Err(Error::Forbidden))
}

fn is_of_last_owner<T>(result: tenancy::Result<T>) -> bool {
    matches!(result, Err(Error::LastOwner))
}

fn day() -> TimeDelta {
    TimeDelta::days(1)
}

fn user(house: &House, scope: &TenantScope<i64>) -> User {
    let users = Repo::<User>::new(scope).query();
    users.first(&mut house.session(scope)).unwrap()
}

fn login(house: &House, scope: &TenantScope<i64>) -> Login {
    let logins = Repo::<Login>::new(scope).query();
    logins.first(&mut house.session(scope)).unwrap()
}

/// A key that may do all that the caller may, and how it is revoked.
fn key(house: &House, scope: &TenantScope<i64>) -> (RowId<ApiKey>, Secret) {
    let (row, secret) = house
        .directory
        .issue_key(scope, "gear", &NewKey::new("export"))
        .unwrap();
    (row.id, secret)
}

fn opens(house: &House, secret: &Secret) -> bool {
    let keys = house.directory.api_keys("gear").unwrap();
    house.db.authenticate(&keys, secret.reveal()).is_ok()
}

fn come_in(house: &House, secret: &Secret) -> TenantScope<i64> {
    let keys = house.directory.api_keys("gear").unwrap();
    TenantScope::new(&house.db.authenticate(&keys, secret.reveal()).unwrap()).unwrap()
}

fn accept(house: &House, who: &str, secret: &Secret) -> tenancy::Result<TenantScope<i64>> {
    let identity = house
        .directory
        .accept(&house.logins, who, secret.reveal())?;
    TenantScope::new(&identity)
}

/// Carla owns Ben's tenant too: her scope there.
fn carla_at_bens(house: &House) -> TenantScope<i64, With<Manage>> {
    let asked = house
        .directory
        .invite(&house.scope(BEN), "owner", None, day());
    let carla = accept(house, CARLA, &asked.unwrap().1).unwrap();
    carla.require::<Manage>().unwrap()
}

#[test]
fn what_a_login_made_ends_with_it_wherever_it_was_made() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let (annas, at_home) = (house.scope(ANNA), house.scope(BEN));
    let invitation = |scope| {
        house
            .directory
            .invite(scope, "owner", None, day())
            .unwrap()
            .1
    };
    let carla = carla_at_bens(&house);
    let (_, as_guest) = key(&house, &bens);
    let (_, of_key) = key(&house, &come_in(&house, &as_guest));
    let (_, own) = key(&house, &at_home);
    let (_, of_anna) = key(&house, &annas);
    let asked = [invitation(&bens), invitation(&at_home)];
    let by_anna = invitation(&annas);
    let login = login(&house, &at_home);
    house.directory.revoke_login(&carla, login.id).unwrap();

    for secret in [&as_guest, &of_key, &own] {
        assert!(!opens(&house, secret));
    }
    assert!(opens(&house, &of_anna));
    for asked in &asked {
        assert!(is_unauthenticated(accept(&house, "https://d/dora", asked)));
    }
    assert_eq!(house.open_invitations(&annas), 1);
    assert!(accept(&house, CARLA, &by_anna).is_ok());
}

#[test]
fn a_revoked_login_makes_nothing_with_an_open_scope() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let at_home = house.scope(BEN);
    let carla = carla_at_bens(&house);
    let login = login(&house, &at_home);
    house.directory.revoke_login(&carla, login.id).unwrap();
    for scope in [&bens, &at_home] {
        let made = house
            .directory
            .issue_key(scope, "gear", &NewKey::new("export"));
        assert!(is_forbidden(made));
        assert!(is_forbidden(house.directory.invite(
            scope,
            "member",
            None,
            day()
        )));
        let manages = scope.require::<Manage>().unwrap();
        assert!(is_forbidden(house.directory.rename_tenant(&manages, "B")));
    }
    assert!(house.directory.rename_tenant(&carla, "Ben's").is_ok());
}

#[test]
fn the_last_owner_keeps_a_login() {
    let house = House::new();
    house.with_ben("owner");
    let at_home = house.manages(BEN);
    let own = login(&house, &house.scope(BEN));
    assert!(is_of_last_owner(
        house.directory.revoke_login(&at_home, own.id)
    ));
    assert!(house.directory.sign_in(&house.logins, BEN, None).is_ok());
    // Another one of its own is enough.
    house.change(&format!(
        "INSERT INTO tenancy_logins \
         (public_id, tenant_id, user_id, issuer, subject, proof, created_at, updated_at) \
         SELECT proof, tenant_id, user_id, 'https://d', 'd', public_id, created_at, updated_at \
         FROM tenancy_logins WHERE id = {}",
        own.id.get()
    ));
    let both = tenancy_logins::table.count();
    assert_eq!(both.get_result(&mut house.stage.raw()), Ok(3));
    assert!(house.directory.revoke_login(&at_home, own.id).is_ok());
}

#[test]
fn a_guest_who_is_shut_out_at_home_manages_nothing_and_is_no_owner() {
    let changes = ["disabled_at = created_at", "deleted_at = created_at"];
    for change in changes {
        let house = House::new();
        let bens = house.with_ben("owner");
        let ben = user(&house, &house.scope(BEN));
        let manages = bens.require::<Manage>().unwrap();
        let annas = house.scope(ANNA);
        let anna = house.member(&annas, annas.subject().unwrap());
        house.change(&format!(
            "UPDATE tenancy_users SET {change} WHERE id = {}",
            ben.id.get()
        ));
        assert!(is_forbidden(house.directory.rename_tenant(&manages, "B")));
        let remove = |id| house.directory.remove_member(&house.manages(ANNA), id);
        assert!(is_of_last_owner(remove(anna.id)), "{change}");
        let ben = house.member(&annas, bens.subject().unwrap());
        assert!(remove(ben.id).is_ok());
    }
}

#[test]
fn an_owner_without_a_login_is_no_owner() {
    let house = House::new();
    let bens = house.with_ben("owner");
    let annas = house.manages(ANNA);
    let anna = house.member(&house.scope(ANNA), annas.subject().unwrap());
    let carla = carla_at_bens(&house);
    let login = login(&house, &house.scope(BEN));
    house.directory.revoke_login(&carla, login.id).unwrap();
    assert!(is_of_last_owner(
        house.directory.remove_member(&annas, anna.id)
    ));
    assert!(is_of_last_owner(
        house.directory.change_role(&annas, anna.id, "manager")
    ));
    let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
    assert!(house.directory.remove_member(&annas, ben.id).is_ok());
}

#[test]
fn what_a_key_made_ends_with_it_to_any_depth() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let (first, secret) = key(&house, &annas);
    let (_, beside) = key(&house, &annas);
    let (second, of_first) = key(&house, &come_in(&house, &secret));
    let (_, of_second) = key(&house, &come_in(&house, &of_first));
    let invitation = house
        .directory
        .invite(&come_in(&house, &of_second), "owner", None, day());
    let invitation = invitation.unwrap().1;
    let keys = Repo::<ApiKey>::new(&annas).find(second);
    let row: ApiKey = keys.first(&mut house.session(&annas)).unwrap();
    assert!(row.made_with.is_some());
    house.directory.revoke_key(&annas, first).unwrap();
    for ended in [&secret, &of_first, &of_second] {
        assert!(!opens(&house, ended));
    }
    assert!(opens(&house, &beside));
    assert!(is_unauthenticated(accept(&house, BEN, &invitation)));
}

#[test]
fn a_key_that_rotates_itself_does_not_get_away() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let rotate = |scope: &TenantScope<i64>, id| {
        let rotated = house.directory.rotate_key(scope, id, day());
        rotated.unwrap().1
    };
    let (id, secret) = key(&house, &annas);
    let by_itself = rotate(&come_in(&house, &secret), id);
    house.directory.revoke_key(&annas, id).unwrap();
    assert!(!opens(&house, &by_itself));

    let (id, _) = key(&house, &annas);
    let by_hand = rotate(&annas, id);
    house.directory.revoke_key(&annas, id).unwrap();
    assert!(opens(&house, &by_hand));
}

#[test]
fn invitations_of_who_has_less_do_not_come_back() {
    for (role, stays) in [("manager", false), ("owner", true)] {
        let house = House::new();
        let bens = house.with_ben("owner");
        let asked = house.directory.invite(&bens, "owner", None, day());
        let ben = house.member(&house.scope(ANNA), bens.subject().unwrap());
        let change = |role| {
            let changed = house
                .directory
                .change_role(&house.manages(ANNA), ben.id, role);
            changed.unwrap();
        };
        change(role);
        change("owner");
        let accepted = accept(&house, CARLA, &asked.unwrap().1);
        assert_eq!(accepted.is_ok(), stays, "{role}");
    }
}

#[test]
fn who_has_lost_its_home_is_still_asked_in() {
    for home in [
        "UPDATE tenancy_memberships SET deleted_at = created_at WHERE tenant_id =",
        "UPDATE tenancy_tenants SET disabled_at = created_at WHERE id =",
    ] {
        let house = House::new();
        let bens = house.scope(BEN);
        house.change(&format!("{home} {}", bens.tenant()));
        let asked = house
            .directory
            .invite(&house.scope(ANNA), "member", None, day());
        let ben = accept(&house, BEN, &asked.unwrap().1).unwrap();
        assert_eq!(ben.tenant(), house.scope(ANNA).tenant());
        assert_eq!(house.count("tenancy_users"), 2);
    }
}

#[test]
fn who_is_no_member_at_home_is_shut_out_by_owners_alone() {
    let house = House::new();
    let carla = carla_at_bens(&house);
    let bens = house.scope(BEN);
    let manages = NewKey::new("reception").scopes(["tenancy:manage"]);
    let (_, secret) = house
        .directory
        .issue_key(&carla.read_write(), "gear", &manages)
        .unwrap();
    let reception = come_in(&house, &secret).require::<Manage>().unwrap();
    let member = house.member(&bens, bens.subject().unwrap());
    let ben = user(&house, &bens);
    house.directory.remove_member(&carla, member.id).unwrap();
    assert!(is_forbidden(
        house.directory.disable_user(&reception, ben.id)
    ));
    assert!(house.directory.disable_user(&carla, ben.id).is_ok());
    assert!(is_forbidden(
        house.directory.enable_user(&reception, ben.id)
    ));
}

#[test]
fn what_a_rotated_key_made_is_over_with_it() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let (id, secret) = key(&house, &annas);
    let thief = come_in(&house, &secret);
    let (child, of_key) = key(&house, &thief);
    let (_, of_child) = key(&house, &come_in(&house, &of_key));
    let rotated = house.directory.rotate_key(&thief, id, TimeDelta::days(9));
    let by_thief = rotated.unwrap().1;
    let short = NewKey::new("short").expires_at(house.db.now() + TimeDelta::seconds(1));
    let (short, _) = house.directory.issue_key(&thief, "gear", &short).unwrap();
    let (_, beside) = key(&house, &annas);
    let end = TimeDelta::minutes(1);
    let by_hand = house.directory.rotate_key(&annas, id, end).unwrap().1;
    for made in [&of_key, &of_child, &by_thief] {
        assert!(opens(&house, made));
    }
    let ends = |id| {
        let key: ApiKey = Repo::<ApiKey>::new(&annas)
            .find(id)
            .first(&mut house.session(&annas))
            .unwrap();
        key.expires_at.unwrap()
    };
    assert!(ends(short.id) < ends(child), "it ends when it did");
    house.clock.forward(end);
    for made in [&secret, &of_key, &of_child, &by_thief] {
        assert!(!opens(&house, made));
    }
    assert!(opens(&house, &beside) && opens(&house, &by_hand));
}

#[test]
fn a_key_ends_none_that_has_more() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let (full, secret) = key(&house, &annas);
    let narrow = NewKey::new("narrow").scopes(["items:export"]);
    let (own, narrow) = house.directory.issue_key(&annas, "gear", &narrow).unwrap();
    let narrow = come_in(&house, &narrow);
    assert!(is_forbidden(house.directory.revoke_key(&narrow, full)));
    assert!(opens(&house, &secret));
    assert!(house.directory.revoke_key(&narrow, own.id).is_ok());
}

#[test]
fn nothing_is_made_while_its_login_is_revoked_elsewhere() {
    for _ in 0..5 {
        let house = House::new();
        let bens = house.with_ben("owner");
        let carla = carla_at_bens(&house);
        let login = login(&house, &house.scope(BEN));
        let start = Barrier::new(2);
        let (made, revoked) = thread::scope(|threads| {
            let made = threads.spawn(|| {
                start.wait();
                let one = || {
                    house
                        .directory
                        .issue_key(&bens, "gear", &NewKey::new("more"))
                };
                let made: Vec<Secret> = (0..20).map_while(|_| Some(one().ok()?.1)).collect();
                made
            });
            start.wait();
            let revoked = house.directory.revoke_login(&carla, login.id);
            (made.join().unwrap(), revoked)
        });
        if revoked.is_ok() {
            assert!(made.iter().all(|secret| !opens(&house, secret)));
        }
    }
}

#[test]
fn an_operator_ends_the_login_of_a_last_owner() {
    let house = House::new();
    house.make_operator(house.scope(ANNA).subject().unwrap());
    let olga = house.operator(ANNA);
    let bens = house.scope(BEN);
    let (_, secret) = key(&house, &bens);
    let (own, home) = (login(&house, &bens), *bens.tenant());
    let user = user(&house, &bens);
    let wrong = *house.scope(ANNA).tenant();
    assert!(matches!(
        house.directory.revoke_login_for(&olga, wrong, own.id),
        Err(Error::NotFound)
    ));
    assert!(matches!(
        house.directory.disable_user_for(&olga, wrong, user.id),
        Err(Error::NotFound)
    ));
    house
        .directory
        .disable_user_for(&olga, home, user.id)
        .unwrap();
    assert!(!opens(&house, &secret));
    house
        .directory
        .enable_user_for(&olga, home, user.id)
        .unwrap();
    assert!(opens(&house, &secret));
    house
        .directory
        .revoke_login_for(&olga, home, own.id)
        .unwrap();
    assert!(!opens(&house, &secret));
    let come = house.directory.sign_in(&house.logins, BEN, None);
    assert!(is_unauthenticated(come));
}

#[test]
fn an_operator_asks_somebody_into_a_tenant_that_nobody_owns() {
    let house = House::new();
    house.make_operator(house.scope(ANNA).subject().unwrap());
    let olga = house.operator(ANNA);
    let bens = house.scope(BEN);
    let home = *bens.tenant();
    let login = login(&house, &bens);
    house
        .directory
        .revoke_login_for(&olga, home, login.id)
        .unwrap();
    let ask = |tenant, role, lasting| {
        let asked = house
            .directory
            .invite_for(&olga, tenant, (role, None), lasting);
        asked.map(|(row, secret)| (row.invited_by, secret))
    };
    assert!(matches!(
        ask(home, "emperor", day()),
        Err(Error::Configuration { .. })
    ));
    assert!(matches!(
        ask(home, "owner", TimeDelta::zero()),
        Err(Error::Configuration { .. })
    ));
    let (by, secret) = ask(home, "owner", day()).unwrap();
    assert_eq!(by, None);
    let carla = accept(&house, CARLA, &secret).unwrap();
    assert_eq!(*carla.tenant(), home);
    assert!(carla.require::<Manage>().is_ok());
    let (_, secret) = ask(home, "owner", day()).unwrap();
    house.directory.shut_tenant_for(&olga, home).unwrap();
    let dora = || accept(&house, "https://d/dora", &secret);
    assert!(is_unauthenticated(dora()));
    assert_eq!(house.count("tenancy_users"), 3);
    house.directory.reopen_tenant_for(&olga, home).unwrap();
    assert!(dora().is_ok());
}

#[test]
fn who_is_a_guest_where_is_its_own_matter() {
    let house = House::new();
    let annas = house.scope(ANNA);
    let bens = house.with_ben("member");
    let at_home = house.scope(BEN);
    // Of another user at home there, who was put there by hand.
    house.change(&format!(
        "INSERT INTO tenancy_users (public_id, tenant_id, created_at, updated_at) \
         SELECT proof, tenant_id, created_at, updated_at FROM tenancy_logins WHERE tenant_id = {}",
        at_home.tenant()
    ));
    house.change(&format!(
        "INSERT INTO tenancy_visits (tenant_id, user_id, visited_id, visited_public_id, created_at) \
         SELECT v.tenant_id, u.id, v.visited_id, u.public_id, v.created_at FROM tenancy_visits v \
         JOIN tenancy_users u ON u.tenant_id = v.tenant_id AND u.username IS NULL \
         WHERE v.tenant_id = {}",
        at_home.tenant()
    ));
    let visits = house.directory.visits(&at_home).unwrap();
    assert_eq!(visits.len(), 1);
    let there = house
        .directory
        .sign_in(&house.logins, BEN, Some(visits[0].visited_public_id));
    assert_eq!(there.unwrap().tenant(), annas.tenant());
    assert!(matches!(
        house.directory.visits(&bens),
        Err(Error::NotFound)
    ));
    let carla = carla_at_bens(&house).read_write();
    assert!(matches!(
        house.directory.visits(&carla),
        Err(Error::NotFound)
    ));
    assert!(house.directory.visits(&annas).unwrap().is_empty());
}
