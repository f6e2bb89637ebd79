//! Several tenants of one principal, for reading.

use std::fmt;

use super::{ReadOnly, Scope, TenantScope};
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::key::TenantKey;

/// Several tenants that one principal may come into, for reading only: what an overview over all
/// of somebody's projects needs.
///
/// It holds one [`TenantScope`] for each, proven by an identity of its own, and no statement ever
/// runs in more than one of them: PostgreSQL's row security is told one tenant. So
/// [`Database::read_each`](crate::Database::read_each) asks one tenant after the other.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let db = &gear.db;
/// # struct Member;
/// # impl tenancy::Authenticator<Conn> for Member {
/// #     type Credential<'a> = i64;
/// #     type Key = i64;
/// #     fn authenticate(&self, _: &mut Conn, tenant: i64) -> Result<tenancy::Claims<i64>, tenancy::AuthError> {
/// #         Ok(tenancy::Claims::new(tenant).subject("carla"))
/// #     }
/// # }
/// # let member = Member;
/// use tenancy::TenantSet;
/// use tenancy::prelude::*;
///
/// // Carla is a member of two tenants: the credential says who, the request says which.
/// let (first, second) = (db.authenticate(&member, 1)?, db.authenticate(&member, 2)?);
/// let both = TenantSet::new([&first, &second])?;
/// let counts = db.read_each(&both, |scope, session| {
///     Repo::<Item>::new(scope).query().count().get_result::<i64>(session)
/// })?;
/// let tenants: Vec<i64> = counts.iter().map(|(tenant, _)| *tenant).collect();
/// assert_eq!(tenants, [1, 2]);
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct TenantSet<K: TenantKey> {
    scopes: Vec<TenantScope<K, ReadOnly>>,
}

impl<K: TenantKey> TenantSet<K> {
    /// The tenants of these identities, each once, in this order.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if there is none, if they are not of one subject, or one has no
    /// subject, or an empty one; [`Error::ScopeMismatch`] if another database proved one of them;
    /// [`Error::InvalidKey`] as [`TenantScope::new`].
    pub fn new<'a>(identities: impl IntoIterator<Item = &'a Identity<K>>) -> Result<Self> {
        let mut scopes: Vec<TenantScope<K, ReadOnly>> = Vec::new();
        for identity in identities {
            let scope = TenantScope::new_read_only(identity)?;
            if scope
                .subject()
                .is_none_or(|subject| subject.trim().is_empty())
            {
                return Err(Error::Forbidden);
            }
            if let Some(first) = scopes.first() {
                if first.proven_by() != scope.proven_by() {
                    return Err(Error::ScopeMismatch);
                }
                if first.subject() != scope.subject() {
                    return Err(Error::Forbidden);
                }
            }
            let key = scope.key().as_key();
            if !scopes.iter().any(|other| other.key().as_key() == key) {
                scopes.push(scope);
            }
        }
        if scopes.is_empty() {
            return Err(Error::Forbidden);
        }
        Ok(Self { scopes })
    }

    /// The scope of each tenant.
    pub fn scopes(&self) -> impl Iterator<Item = &TenantScope<K, ReadOnly>> {
        self.scopes.iter()
    }
}

impl<K: TenantKey> fmt::Debug for TenantSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.scopes).finish()
    }
}
