//! All tenants at once, for reading.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::identity::DatabaseMark;
use crate::key::TenantKey;
use crate::ownership::EveryTenant;
use crate::scope::{ReadOnly, Scope};

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
