//! All tenants at once, for reading.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use chrono::{DateTime, Utc};

use crate::identity::DatabaseMark;
use crate::key::{KeyRef, TenantKey};
use crate::scope::{ReadOnly, Scope};

/// The key of no tenant, and of all: what an operator's statements across tenants have for one.
/// They have types of their own by it, so that no tenant's statement is taken for one of them.
///
/// No value of it can be made but by the library, and none makes a
/// [`TenantScope`](crate::TenantScope).
pub struct EveryTenant<K>(PhantomData<fn() -> K>);

impl<K> EveryTenant<K> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K> Clone for EveryTenant<K> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<K> PartialEq for EveryTenant<K> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<K> Eq for EveryTenant<K> {}

impl<K> Hash for EveryTenant<K> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<K> fmt::Debug for EveryTenant<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EveryTenant")
    }
}

impl<K: TenantKey> crate::__private::SealedKey for EveryTenant<K> {}

impl<K: TenantKey> TenantKey for EveryTenant<K> {
    fn as_key(&self) -> KeyRef<'_> {
        KeyRef::Everyone
    }

    fn duplicate(&self) -> Self {
        Self::new()
    }
}

/// What [`Database::read_across`](crate::Database::read_across) lends: the rows of all tenants,
/// and those of none, for reading. Deleted ones are hidden, as ever.
pub struct AcrossTenants<K> {
    key: EveryTenant<K>,
    expires_at: Option<DateTime<Utc>>,
    /// Of no database: it makes no session.
    proven_by: DatabaseMark,
}

impl<K> AcrossTenants<K> {
    pub(super) fn new(expires_at: Option<DateTime<Utc>>) -> Self {
        Self {
            key: EveryTenant::new(),
            expires_at,
            proven_by: DatabaseMark::default(),
        }
    }
}

impl<K> fmt::Debug for AcrossTenants<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AcrossTenants")
    }
}

impl<K: TenantKey> crate::sealed::SealedScope for AcrossTenants<K> {}

impl<K: TenantKey> Scope for AcrossTenants<K> {
    type Key = EveryTenant<K>;
    type Access = ReadOnly;

    fn key(&self) -> &EveryTenant<K> {
        &self.key
    }

    fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    fn proven_by(&self) -> &DatabaseMark {
        &self.proven_by
    }
}
