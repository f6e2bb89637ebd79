//! Identities without a credential are there for tests, and nowhere else.

/// What stands in for the module where the library has none.
mod test_identities {
    #[allow(dead_code, reason = "only its name is looked at")]
    pub(crate) struct TestIdentities<K>(std::marker::PhantomData<K>);
}

/// The crate's module stands before the one here, if there is one.
fn the_name_that_is_found() -> &'static str {
    #[allow(unused_imports, reason = "there may be nothing to use")]
    use tenancy::*;
    std::any::type_name::<test_identities::TestIdentities<i64>>()
}

#[test]
fn they_are_there_with_the_feature_and_debug_assertions_only() {
    let is_there = cfg!(all(feature = "test-identities", debug_assertions));
    assert_eq!(
        the_name_that_is_found().starts_with("tenancy::"),
        is_there,
        "{}",
        the_name_that_is_found()
    );
}

#[cfg(all(feature = "test-identities", debug_assertions))]
mod there {
    use diesel::prelude::*;
    use tenancy::prelude::*;
    use tenancy::test_identities::TestIdentities;
    use tenancy::{Claims, Error};

    use crate::gear::{Gear, Item, items};

    #[test]
    fn a_test_says_who_is_calling() {
        let gear = Gear::new();
        for (tenant, names) in [(1_i64, 3), (2, 4)] {
            let claims = Claims::new(tenant).subject("someone");
            let identity = gear
                .db
                .authenticate(&TestIdentities::new(), claims)
                .unwrap();
            assert_eq!(identity.subject(), Some("someone"));
            let scope = TenantScope::new(&identity).unwrap();
            let mut session = gear.db.session(&scope).unwrap();
            let found: Vec<Item> = Repo::<Item>::new(&scope)
                .query()
                .order(items::id.asc())
                .load(&mut session)
                .unwrap();
            assert_eq!(found.len(), names);
        }
    }

    #[test]
    fn what_a_test_says_is_checked_as_ever() {
        let gear = Gear::new();
        let ended = Claims::new(1_i64).expires_at(gear.db.now());
        let refused = gear.db.authenticate(&TestIdentities::new(), ended);
        assert!(matches!(refused, Err(Error::Unauthenticated)));
        let nobody = gear
            .db
            .authenticate(&TestIdentities::new(), Claims::new(0_i64))
            .unwrap();
        assert!(matches!(
            TenantScope::new(&nobody),
            Err(Error::InvalidKey { .. })
        ));
    }
}
