//! The way in for programs: keys.

use std::fmt;

use chrono::{NaiveDateTime, TimeDelta};

use super::principal::{Narrowed, Rules, is_over};
use super::rows::KeyRow;
use super::standing::Standing;
use super::store::DirectoryConnection;
use crate::clock::whole_micros;
use crate::identity::{AuthError, Authenticator, Claims, Secret, SecretName};

/// Opens one tenant, as one of its members, for who has an API key. From
/// [`Directory::api_keys`](crate::directory::Directory::api_keys).
///
/// A key is found by a digest of its secret, so that who does not have the secret meets the same
/// answer in the same time, whatever the tables hold. What its row keeps (the prefix, and the
/// SHA-256 of the key) is then compared in constant time. The key is good while it is neither
/// revoked nor over, its tenant is open, its user is not shut out, and is still a member.
///
/// No key makes an operator, whoever it comes in as: operators sign in.
///
/// That it was used is written at most once in a while (an hour, or
/// [`used_every`](Self::used_every)), and not on every request.
pub struct ApiKeys {
    pub(super) name: SecretName,
    pub(super) rules: Rules,
    pub(super) used_every: TimeDelta,
}

impl ApiKeys {
    /// How exactly the last use of a key is known. An hour by default. A use is written if the one
    /// that was written before it is longer ago.
    #[must_use]
    pub fn used_every(mut self, grain: TimeDelta) -> Self {
        self.used_every = grain;
        self
    }

    fn row<C: DirectoryConnection>(
        &self,
        conn: &mut C,
        secret: &Secret,
    ) -> Result<KeyRow, AuthError> {
        let mut rows = conn.keys(secret.proof())?.into_iter();
        let row = rows.find(|row| secret.is_kept_as(&row.prefix, &row.secret_hash));
        row.filter(|row| !is_over(row.expires_at, self.rules.now()))
            .ok_or(AuthError::Unauthenticated)
    }

    fn note_use<C: DirectoryConnection>(
        &self,
        conn: &mut C,
        row: &KeyRow,
    ) -> Result<(), AuthError> {
        let now = self.rules.now();
        // A difference of two moments is never too long, as a sum can be.
        let is_due = |last: NaiveDateTime| now - last.and_utc() >= self.used_every;
        if row.last_used_at.is_none_or(is_due) {
            conn.touch_key(row, whole_micros(now))?;
        }
        Ok(())
    }
}

impl<C: DirectoryConnection> Authenticator<C> for ApiKeys {
    type Credential<'a> = &'a str;
    type Key = i64;

    fn authenticate(&self, conn: &mut C, presented: &str) -> Result<Claims<i64>, AuthError> {
        let secret = Secret::parse(&self.name, presented)?;
        let row = self.row(conn, &secret)?;
        let standing = Standing::find(conn, row.tenant_id, row.user_public_id)?
            .ok_or(AuthError::Unauthenticated)?;
        let narrowed = Narrowed {
            scopes: row.scopes.as_deref(),
            read_only: row.read_only,
            expires_at: row.expires_at.map(|moment| moment.and_utc()),
            key: Some(row.public_id),
            login: None,
        };
        let claims = self.rules.claims(conn, &standing, &narrowed)?;
        self.note_use(conn, &row)?;
        Ok(claims)
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").finish_non_exhaustive()
    }
}
