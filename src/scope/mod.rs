//! The token: which tenant, and how much it may do.

mod access;
mod signs;
mod tenant_set;
mod told;

pub use access::{Access, CanWrite, ReadOnly, ReadWrite, With};
pub(crate) use signs::{has_words, is_legible};
pub use tenant_set::TenantSet;
pub use told::CacheId;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::identity::{Caller, DatabaseMark, Identity, PermissionSet};
use crate::key::TenantKey;

/// Anything that a [`Repo`](crate::Repo) and a [`Session`](crate::Session) can be
/// made from. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scope",
    label = "a `TenantScope` is needed here",
    note = "authenticate first: `let identity = db.authenticate(..)?; let scope = TenantScope::new(&identity)?;`"
)]
pub trait Scope: crate::sealed::SealedScope {
    /// The type of the tenant's key.
    type Key: TenantKey;
    /// How much the scope may do.
    type Access: Access;

    #[doc(hidden)]
    fn key(&self) -> &Self::Key;
    #[doc(hidden)]
    fn expires_at(&self) -> Option<DateTime<Utc>>;
    #[doc(hidden)]
    fn proven_by(&self) -> &DatabaseMark;
}

/// The token of the library: one tenant, proven.
///
/// A scope comes from an [`Identity`], an identity from
/// [`Database::authenticate`](crate::Database::authenticate), and neither from
/// anything else: there is no `Default`, no `From`, no `Deserialize` and no
/// constructor that takes a key. It is a value: no thread, task or process has a
/// "current tenant", and who holds no scope reaches no row.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use tenancy::prelude::*;
///
/// let identity = db.authenticate(&keys, "anna's key")?;
/// let scope = TenantScope::new(&identity)?;
/// let items = Repo::<Item>::new(&scope);
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct TenantScope<K: TenantKey, A: Access = ReadWrite> {
    key: K,
    caller: Arc<Caller>,
    expires_at: Option<DateTime<Utc>>,
    proven_by: DatabaseMark,
    access: PhantomData<A>,
}

impl<K: TenantKey> TenantScope<K, ReadWrite> {
    /// The scope of a tenant that the directory itself has proven, for its own statements.
    pub(crate) fn of_the_directory(key: K, proven_by: DatabaseMark) -> Self {
        Self {
            key,
            caller: Arc::default(),
            expires_at: None,
            proven_by,
            access: PhantomData,
        }
    }

    /// The scope of an identity that may write.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`] if the key is one that means nobody (an integer below
    /// 1, the nil UUID, empty text, text with a NUL), and [`Error::Forbidden`] if
    /// the identity may only read: take [`TenantScope::new_read_only`] for it.
    pub fn new(identity: &Identity<K>) -> Result<Self> {
        if !identity.may_write() {
            return Err(Error::Forbidden);
        }
        Self::proven(identity)
    }
}

impl<K: TenantKey> TenantScope<K, ReadOnly> {
    /// The scope of any identity, for reading only.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`], as [`TenantScope::new`].
    pub fn new_read_only(identity: &Identity<K>) -> Result<Self> {
        Self::proven(identity)
    }
}

impl<K: TenantKey, A: Access> TenantScope<K, A> {
    fn proven(identity: &Identity<K>) -> Result<Self> {
        identity.tenant().as_key().check()?;
        Ok(Self {
            key: identity.tenant().duplicate(),
            caller: Arc::clone(identity.caller()),
            expires_at: identity.expires_at(),
            proven_by: identity.proven_by().clone(),
            access: PhantomData,
        })
    }

    /// What an operator gets for the time of one act, which goes on as long as something holds
    /// `going_on`. It is of no database, so that it makes no session when the act is over.
    pub(crate) fn lent(
        tenant: &K,
        operator: &Arc<Caller>,
        expires_at: Option<DateTime<Utc>>,
        going_on: &Arc<()>,
    ) -> Result<Self> {
        tenant.as_key().check()?;
        let mut caller = Caller::clone(operator);
        // A token or a key would be good for longer than the act.
        caller.is_delegated = true;
        caller.lent = Some(Arc::downgrade(going_on));
        Ok(Self {
            key: tenant.duplicate(),
            caller: Arc::new(caller),
            expires_at,
            proven_by: DatabaseMark::default(),
            access: PhantomData,
        })
    }

    /// The same tenant, for reading only.
    #[must_use]
    pub fn read_only(&self) -> TenantScope<K, ReadOnly> {
        self.with_access()
    }

    /// The same tenant for reading and writing, and without a permission by type: for what
    /// takes any scope that may write.
    #[must_use]
    pub fn read_write(&self) -> TenantScope<K, ReadWrite>
    where
        A: CanWrite,
    {
        self.with_access()
    }

    /// The same scope, with the permission `P` in its type; or each one of a tuple. A function
    /// that takes `&TenantScope<K, With<P>>` says so that it needs the permission.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if the caller does not have it, and [`Error::Expired`] if the scope is
    /// one of an operator's act that has ended.
    pub fn require<P: PermissionSet>(&self) -> Result<TenantScope<K, With<P, A>>> {
        if self.caller.is_over() {
            return Err(Error::Expired);
        }
        if self.caller.permissions.has_each(P::NAMES) {
            Ok(self.with_access())
        } else {
            Err(Error::Forbidden)
        }
    }

    fn with_access<B: Access>(&self) -> TenantScope<K, B> {
        TenantScope {
            key: self.key.duplicate(),
            caller: Arc::clone(&self.caller),
            expires_at: self.expires_at,
            proven_by: self.proven_by.clone(),
            access: PhantomData,
        }
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Who the caller is, as the authenticator said it: a user's public id.
    pub fn subject(&self) -> Option<&str> {
        self.caller.subject.as_deref()
    }

    /// The tenant's key, to show or to compare. It is no credential: nothing takes
    /// it back to make a scope.
    pub fn tenant(&self) -> &K {
        &self.key
    }
}

impl<K: TenantKey, A: Access> Clone for TenantScope<K, A> {
    fn clone(&self) -> Self {
        self.with_access()
    }
}

impl<K: TenantKey, A: Access> fmt::Debug for TenantScope<K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantScope")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .field("writes", &A::WRITES)
            .finish()
    }
}

impl<K: TenantKey, A: Access> crate::sealed::SealedScope for TenantScope<K, A> {}

impl<K: TenantKey, A: Access> Scope for TenantScope<K, A> {
    type Key = K;
    type Access = A;

    fn key(&self) -> &K {
        &self.key
    }

    fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    fn proven_by(&self) -> &DatabaseMark {
        &self.proven_by
    }
}
