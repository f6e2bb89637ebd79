//! The tokens of `tenancy::jwt`, over the directory's tables.

use std::fmt;

use chrono::TimeDelta;
use uuid::Uuid;

use super::principal::Rules;
use super::standing::Standing;
use super::store::DirectoryConnection;
use crate::identity::jwt::{PresentedToken, Revocations, Verifier};
use crate::identity::{AuthError, VerifiedLogin, VerifiesLogin};

/// A token's issuer and subject; its names and its address are for people to read.
impl VerifiesLogin for Verifier {
    type Credential<'a> = &'a str;

    fn verify(&self, token: &str) -> Result<VerifiedLogin, AuthError> {
        let token = Verifier::verify(self, token)?;
        let mut login =
            VerifiedLogin::new(token.issuer(), token.subject())?.expires_at(token.expires_at());
        if let Some(name) = token.username() {
            login = login.username(name);
        }
        if let Some(name) = token.name() {
            login = login.display_name(name);
        }
        if let Some(address) = token.email() {
            login = login.email(address);
        }
        Ok(login)
    }
}

/// A delegated token is good while its tenant is open, its subject is a member whom nobody has
/// shut out and whose role still allows what the token does, the key or login that it was delegated
/// with was not revoked and is not over, and [`Directory::revoke_token`](crate::directory::Directory::revoke_token) has not ended it. From
/// [`Directory::revoked_tokens`](crate::directory::Directory::revoked_tokens).
#[derive(Clone)]
pub struct RevokedTokens {
    pub(super) rules: Rules,
}

impl<C: DirectoryConnection> Revocations<C, i64> for RevokedTokens {
    fn is_revoked(&self, conn: &mut C, token: &PresentedToken<i64>) -> Result<bool, AuthError> {
        let tenant = *token.tenant();
        let user = token
            .subject()
            .and_then(|subject| Uuid::parse_str(subject).ok());
        let Some(user) = user else {
            return Ok(true);
        };
        if conn.is_revoked(tenant, token.id())? {
            return Ok(true);
        }
        if let Some(key) = token.key()
            && !self.rules.is_key_good(conn, (tenant, key))?
        {
            return Ok(true);
        }
        let Some(Standing { member, user }) = Standing::find(conn, tenant, user)? else {
            return Ok(true);
        };
        if let Some(login) = token.login()
            && !conn.has_login(&user, login)?
        {
            return Ok(true);
        }
        // A second is over, of which the whole one is told.
        if token.issued_at() + TimeDelta::seconds(1) <= member.created_at.and_utc() {
            return Ok(true);
        }
        let (writes, permissions) = (!token.is_read_only(), token.permissions());
        let roles = &self.rules.roles;
        Ok(!roles.still_allows(&member.role, writes, permissions))
    }
}

impl fmt::Debug for RevokedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokedTokens").finish_non_exhaustive()
    }
}
