//! From a member who may come in to claims.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::roles::Roles;
use super::standing::Standing;
use super::store::Asks;
use crate::clock::Clock;
use crate::identity::{AuthError, Claims};

/// What the ways in share.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) roles: Arc<Roles>,
    /// How long a scope is good before its credential is asked for again.
    pub(super) lasting: TimeDelta,
}

/// What a credential narrows a member's rights to.
#[derive(Default)]
pub(super) struct Narrowed<'a> {
    pub(super) scopes: Option<&'a str>,
    pub(super) read_only: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// The public id of the key, unless somebody has signed in. No key makes an operator.
    pub(super) key: Option<Uuid>,
    /// The public id of the login, if somebody has signed in.
    pub(super) login: Option<Uuid>,
}

impl Rules {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Whether nobody has revoked a tenant's key, and it is not over.
    #[cfg(feature = "jwt")]
    pub(super) fn is_key_good<C: Asks>(
        &self,
        conn: &mut C,
        (tenant, key): (i64, Uuid),
    ) -> Result<bool, AuthError> {
        let key = conn.key(tenant, key)?;
        Ok(key.is_some_and(|key| !is_over(key.expires_at, self.now())))
    }

    /// The claims of a member who may come in, if somebody has described the role.
    pub(super) fn claims<C: Asks>(
        &self,
        conn: &mut C,
        Standing { member, user }: &Standing,
        narrowed: &Narrowed<'_>,
    ) -> Result<Claims<i64>, AuthError> {
        let now = self.now();
        let end = now.checked_add_signed(self.lasting).unwrap_or(now);
        let end = narrowed.expires_at.map_or(end, |moment| moment.min(end));
        let mut claims = Claims::new(member.tenant_id)
            .subject(user.public_id.to_string())
            .expires_at(end);
        if let Some(key) = narrowed.key {
            claims = claims.by_key(key, narrowed.expires_at);
        }
        if let Some(login) = narrowed.login {
            claims = claims.by_login(login);
        }
        let shown = member.display_name.as_ref().or(user.display_name.as_ref());
        if let (Some(shown), Some(username)) = (shown, &user.username) {
            claims = claims.named(shown, username);
        }
        if narrowed.key.is_none() && conn.is_operator(user.tenant_id, user.id)? {
            claims = claims.operator();
        }
        if narrowed.read_only {
            claims = claims.read_only();
        }
        self.roles
            .allow(claims, &member.role, narrowed.scopes)
            .ok_or(AuthError::Unauthenticated)
    }
}

/// A moment in a row is UTC.
pub(super) fn is_over(moment: Option<NaiveDateTime>, now: DateTime<Utc>) -> bool {
    moment.is_some_and(|moment| moment.and_utc() <= now)
}
