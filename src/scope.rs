//! The token: which tenant, and how much it may do.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::identity::{DatabaseMark, Identity};
use crate::key::TenantKey;

/// How much a scope may do. Sealed: [`ReadWrite`] and [`ReadOnly`].
pub trait Access: crate::sealed::SealedAccess + fmt::Debug + Send + Sync + 'static {
    #[doc(hidden)]
    const WRITES: bool;
}

/// The access levels that may write.
#[diagnostic::on_unimplemented(
    message = "this scope may only read",
    label = "a write needs a scope with `ReadWrite` access",
    note = "make the `Repo` and the `Session` from the `TenantScope` itself, not from its `.read_only()`"
)]
pub trait CanWrite: Access {}

/// Reads and writes. What [`TenantScope::new`] gives.
#[derive(Debug, Clone, Copy)]
pub enum ReadWrite {}

/// Reads only. What [`TenantScope::read_only`] gives.
#[derive(Debug, Clone, Copy)]
pub enum ReadOnly {}

impl crate::sealed::SealedAccess for ReadWrite {}
impl crate::sealed::SealedAccess for ReadOnly {}

impl Access for ReadWrite {
    const WRITES: bool = true;
}

impl Access for ReadOnly {
    const WRITES: bool = false;
}

impl CanWrite for ReadWrite {}

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
    expires_at: Option<DateTime<Utc>>,
    proven_by: DatabaseMark,
    access: PhantomData<A>,
}

impl<K: TenantKey> TenantScope<K, ReadWrite> {
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

    /// The same tenant, for reading only.
    #[must_use]
    pub fn read_only(&self) -> TenantScope<K, ReadOnly> {
        TenantScope {
            key: self.key.duplicate(),
            expires_at: self.expires_at,
            proven_by: self.proven_by.clone(),
            access: PhantomData,
        }
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
            expires_at: identity.expires_at(),
            proven_by: identity.proven_by().clone(),
            access: PhantomData,
        })
    }

    /// The tenant's key, to show or to compare. It is no credential: nothing takes
    /// it back to make a scope.
    pub fn tenant(&self) -> &K {
        &self.key
    }
}

impl<K: TenantKey, A: Access> Clone for TenantScope<K, A> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.duplicate(),
            expires_at: self.expires_at,
            proven_by: self.proven_by.clone(),
            access: PhantomData,
        }
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
