//! Identities and caches: L-55 and L-58.

use diesel::connection::SimpleConnection;
use tenancy::Error;
use tenancy::prelude::*;

use crate::gear::*;

#[test]
fn l_55_a_credential_is_looked_up_each_time() {
    let gear = Gear::new();
    gear.db.authenticate(&Keys, "ben's key").unwrap();
    gear.raw()
        .batch_execute("UPDATE customers SET api_key = 'another' WHERE id = 2")
        .unwrap();
    let revoked = gear.db.authenticate(&Keys, "ben's key");
    assert!(matches!(revoked, Err(Error::Unauthenticated)));
}

#[test]
fn l_58_nobody_is_no_tenant() {
    let gear = Gear::new();
    let nobody = gear.db.authenticate(&Keys, "");
    assert!(matches!(nobody, Err(Error::Unauthenticated)));
}

#[test]
fn l_56_cache_keys_have_the_tenant_in_them() {
    let gear = Gear::new();
    let scope = |key| TenantScope::new(&gear.db.authenticate(&Keys, key).unwrap()).unwrap();
    let (anna, ben) = (scope("anna's key"), scope("ben's key"));
    assert_ne!(anna.cache_key("items", "1"), ben.cache_key("items", "1"));
    assert_ne!(anna.cache_key("a", "b,1:c"), anna.cache_key("a,1:b", "c"));
    assert_ne!(anna.cache_key("a", ""), anna.cache_key("", "a"));
    let id = uuid::Uuid::max();
    assert_eq!(
        anna.cache_key("items", id),
        anna.read_only().cache_key("items", id.to_string())
    );
}
