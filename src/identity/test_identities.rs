//! Identities without a credential, for an application's tests.

use std::fmt;
use std::marker::PhantomData;

use super::{AuthError, Authenticator, Claims};
use crate::key::TenantKey;

/// Believes the claims that it is given: a test says who is calling, and needs no credential.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let db = &gear.db;
/// use tenancy::test_identities::TestIdentities;
/// use tenancy::{Claims, TenantScope};
///
/// let anna = Claims::new(1_i64).subject("anna").permission("items:export");
/// let scope = TenantScope::new(&db.authenticate(&TestIdentities::new(), anna)?)?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
///
/// # Tenancy
///
/// Whoever can name this type is whoever they like. So it is there only with the feature
/// `test-identities` **and** debug assertions: `cargo build --release` has no such module, and
/// what names it does not compile there. Turn the feature on among the dev-dependencies only:
///
/// ```toml
/// [dev-dependencies]
/// tenancy = { version = "0.1", features = ["test-identities"] }
/// ```
pub struct TestIdentities<K>(PhantomData<fn() -> K>);

impl<K> TestIdentities<K> {
    /// For tenants with keys of this type.
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K> Default for TestIdentities<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C, K: TenantKey> Authenticator<C> for TestIdentities<K> {
    type Credential<'a> = Claims<K>;
    type Key = K;

    fn authenticate(&self, _: &mut C, claims: Claims<K>) -> Result<Claims<K>, AuthError> {
        Ok(claims)
    }
}

impl<K> fmt::Debug for TestIdentities<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestIdentities")
    }
}
