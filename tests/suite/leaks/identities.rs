//! Identities and caches: L-55 and L-58.

use diesel::connection::SimpleConnection;
use tenancy::Error;

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
