//! What an operator is lent for one act makes nothing in the directory that is there behind it.

use chrono::TimeDelta;
use tenancy::directory::{Manage, NewKey};
use tenancy::prelude::*;
use tenancy::{Error, OperatorScope, Reason};
use uuid::Uuid;

use crate::house::{ANNA, BEN, House};

fn refused(house: &House, scope: &TenantScope<i64>, key: RowId<tenancy::directory::ApiKey>) {
    let directory = &house.directory;
    let week = TimeDelta::days(7);
    let made = [
        directory.invite(scope, "viewer", None, week).map(drop),
        directory
            .issue_key(scope, "gear", &NewKey::new("mine"))
            .map(drop),
        directory.rotate_key(scope, key, week).map(drop),
        directory.revoke_key(scope, key),
        directory.revoke_token(scope, Uuid::max(), house.db.now().naive_utc()),
    ];
    for made in made {
        let is_refused = matches!(made, Err(Error::Forbidden | Error::ScopeMismatch));
        assert!(is_refused, "{made:?}");
    }
}

#[test]
fn a_scope_of_an_act_manages_nothing_and_none_that_was_kept() {
    let house = House::new();
    let olga = house.sign_in(ANNA);
    house.make_operator(olga.subject().unwrap());
    let olga = house.sign_in(ANNA);
    let operator = OperatorScope::new(&olga, Reason::new("a name is wrong").unwrap()).unwrap();
    let bens = house.scope(BEN);
    let key = house
        .directory
        .issue_key(&bens, "gear", &NewKey::new("export"));
    let key = key.unwrap().0.id;
    let kept = house.db.act_for(&operator, *bens.tenant(), |scope, _| {
        scope.require::<Manage>()?;
        Ok::<_, Error>(scope.clone())
    });
    let kept = kept.unwrap();
    refused(&house, &kept, key);
    assert!(matches!(kept.require::<Manage>(), Err(Error::Expired)));
    assert!(matches!(house.db.session(&kept), Err(Error::ScopeMismatch)));
    assert_eq!(house.count("tenancy_invitations"), 0);
    assert_eq!(house.count("tenancy_api_keys"), 1);
}
