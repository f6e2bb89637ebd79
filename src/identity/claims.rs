//! What an authenticator says of a caller.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::caller::Caller;
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
    pub(super) caller: Arc<Caller>,
    pub(super) may_write: bool,
    pub(super) is_operator: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl<K: TenantKey> Claims<K> {
    /// Claims of a caller who belongs to `tenant`, and may read and write its rows. No
    /// permission is among them yet, and the caller is no operator.
    pub fn new(tenant: K) -> Self {
        Self {
            tenant,
            caller: Arc::default(),
            may_write: true,
            is_operator: false,
            expires_at: None,
        }
    }

    /// Who the caller is: a user's public id. One who comes in several tenants has the same
    /// subject in each.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.caller).subject = Some(subject.into());
        self
    }

    /// What people call the caller: a name to show, and the name to sign in with. For log
    /// lines, and never to tell callers apart.
    pub fn named(mut self, display_name: impl Into<String>, username: impl Into<String>) -> Self {
        let caller = Arc::make_mut(&mut self.caller);
        caller.display_name = Some(display_name.into());
        caller.username = Some(username.into());
        self
    }

    /// The caller has this permission, by its [name](crate::Permission::NAME).
    pub fn permission(mut self, name: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.caller).permissions.add(name.into());
        self
    }

    /// The caller has each permission that there is.
    pub fn all_permissions(mut self) -> Self {
        Arc::make_mut(&mut self.caller).permissions.add_all();
        self
    }

    /// The caller is an operator: with a reason, it may act in other tenants too. See
    /// OperatorScope.
    pub fn operator(mut self) -> Self {
        self.is_operator = true;
        self
    }

    /// The caller may only read.
    pub fn read_only(mut self) -> Self {
        self.may_write = false;
        self
    }

    /// The caller came in by this key of the directory's, which ends at this moment.
    pub(crate) fn by_key(mut self, key: Uuid, ends_at: Option<DateTime<Utc>>) -> Self {
        let caller = Arc::make_mut(&mut self.caller);
        caller.key = Some(key);
        caller.makes_until = ends_at;
        self
    }

    /// The caller has signed in by this login of the directory's.
    pub(crate) fn by_login(mut self, login: Uuid) -> Self {
        Arc::make_mut(&mut self.caller).login = Some(login);
        self
    }

    #[cfg(feature = "jwt")]
    pub(super) fn delegated(mut self) -> Self {
        Arc::make_mut(&mut self.caller).is_delegated = true;
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
