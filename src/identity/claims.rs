//! What an authenticator says of a caller.

use chrono::{DateTime, Utc};

use crate::key::TenantKey;

/// What an [`Authenticator`](crate::Authenticator) says of a caller.
///
/// Anyone may make claims. They are worth nothing until
/// [`Database::authenticate`](crate::Database::authenticate) got them from an
/// authenticator and turned them into an [`Identity`](crate::Identity).
///
/// ```
/// use tenancy::Claims;
///
/// let claims = Claims::new(7_i64).subject("anna").read_only();
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Claims<K: TenantKey> {
    pub(super) tenant: K,
    pub(super) subject: Option<String>,
    pub(super) may_write: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl<K: TenantKey> Claims<K> {
    /// Claims of a caller who belongs to `tenant`, and may read and write its rows.
    pub fn new(tenant: K) -> Self {
        Self {
            tenant,
            subject: None,
            may_write: true,
            expires_at: None,
        }
    }

    /// Who the caller is within the tenant: a user's id, a key's name.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The caller may only read.
    pub fn read_only(mut self) -> Self {
        self.may_write = false;
        self
    }

    pub(crate) fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// The credential ends at this moment: no session opens from then on.
    pub fn expires_at(mut self, moment: DateTime<Utc>) -> Self {
        self.expires_at = Some(moment);
        self
    }
}
