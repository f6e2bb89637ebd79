//! A delegated token, as a worker presents it.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::identity::Claims;
use crate::key::TenantKey;

/// What a delegated token says, behind a signature that was verified.
pub struct PresentedToken<K: TenantKey> {
    pub(super) id: Uuid,
    pub(super) tenant: K,
    pub(super) subject: Option<String>,
    pub(super) purpose: String,
    pub(super) issued_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) is_read_only: bool,
    pub(super) permissions: Vec<String>,
    pub(super) key: Option<Uuid>,
    pub(super) login: Option<Uuid>,
}

impl<K: TenantKey> PresentedToken<K> {
    /// The token's own id, to revoke it by.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Whose rows it opens.
    pub fn tenant(&self) -> &K {
        &self.tenant
    }

    /// Who delegated: the subject of the scope that it was issued for.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The public id of the [`ApiKey`](crate::directory::ApiKey) that the delegating scope came from,
    /// if it did.
    pub fn key(&self) -> Option<Uuid> {
        self.key
    }

    /// The public id of the [`Login`](crate::directory::Login) that the delegating scope came from,
    /// if it did.
    pub fn login(&self) -> Option<Uuid> {
        self.login
    }

    /// What it is for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Whether it only reads.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// The names of the permissions that it has.
    pub fn permissions(&self) -> &[String] {
        &self.permissions
    }

    /// When it was issued, in whole seconds that have begun: it is not later than that.
    pub fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// When it ends. What revokes it need not be kept for longer.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    pub(super) fn into_claims(self) -> Claims<K> {
        let mut claims = Claims::new(self.tenant)
            .expires_at(self.expires_at)
            .delegated();
        if let Some(subject) = self.subject {
            claims = claims.subject(subject);
        }
        if self.is_read_only {
            claims = claims.read_only();
        }
        self.permissions
            .into_iter()
            .fold(claims, Claims::permission)
    }
}

impl<K: TenantKey> fmt::Debug for PresentedToken<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedToken")
            .field("id", &self.id)
            .field("tenant", &format_args!("{}", self.tenant.as_key()))
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}
