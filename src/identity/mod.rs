//! Who is calling: claims made by an authenticator, and the proof of them.

mod authenticator;
mod caller;
mod claims;
#[cfg(feature = "jwt")]
pub mod jwt;
mod login;
mod mark;
mod permission;
mod secret;
#[cfg(all(feature = "test-identities", debug_assertions))]
pub mod test_identities;

pub use authenticator::{AuthError, Authenticator};
pub(crate) use caller::Caller;
pub use claims::Claims;
pub use login::{VerifiedLogin, VerifiesLogin};
pub(crate) use mark::DatabaseMark;
pub(crate) use permission::Permissions;
pub use permission::{Permission, PermissionSet};
pub use secret::Secret;
pub(crate) use secret::SecretName;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::key::TenantKey;

/// Who is calling, proven. Only
/// [`Database::authenticate`](crate::Database::authenticate) makes one.
///
/// It is not `Clone`, so that who has it got it from a credential. What an
/// application passes around is the [`TenantScope`](crate::TenantScope) made
/// from it.
pub struct Identity<K: TenantKey> {
    claims: Claims<K>,
    proven_by: DatabaseMark,
}

impl<K: TenantKey> Identity<K> {
    pub(crate) fn proven(claims: Claims<K>, proven_by: DatabaseMark) -> Self {
        Self { claims, proven_by }
    }

    pub(crate) fn proven_by(&self) -> &DatabaseMark {
        &self.proven_by
    }

    /// The key of the tenant that the caller belongs to.
    pub fn tenant(&self) -> &K {
        &self.claims.tenant
    }

    /// Who the caller is, as the authenticator said it.
    pub fn subject(&self) -> Option<&str> {
        self.claims.caller.subject.as_deref()
    }

    /// Whether the caller has the permission of this name.
    pub fn has_permission(&self, name: &str) -> bool {
        self.claims.caller.permissions.has(name)
    }

    /// Whether the caller is an operator.
    pub fn is_operator(&self) -> bool {
        self.claims.is_operator
    }

    pub(crate) fn caller(&self) -> &Arc<Caller> {
        &self.claims.caller
    }

    /// Whether the caller may write.
    pub fn may_write(&self) -> bool {
        self.claims.may_write
    }

    /// When the credential ends.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.claims.expires_at
    }
}

impl<K: TenantKey> fmt::Debug for Identity<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("tenant", &format_args!("{}", self.tenant().as_key()))
            .field("may_write", &self.may_write())
            .finish_non_exhaustive()
    }
}
