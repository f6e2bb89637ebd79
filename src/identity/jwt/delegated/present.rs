//! A worker presents a delegated token.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::text::bytes_of;
use super::payload::Payload;
use super::presented::PresentedToken;
use super::revocations::Revocations;
use super::{DelegatedTokens, LONGEST};
use crate::error::{Error, Result};
use crate::identity::{AuthError, Authenticator, Claims};
use crate::key::TenantKey;

impl<K: TenantKey, R> DelegatedTokens<K, R> {
    /// Lets in who presents a token for this purpose.
    ///
    /// A token that is forged, altered, ended or revoked, or for another purpose or type of key,
    /// is `Unauthenticated`, and nothing tells which.
    pub fn for_purpose<'a>(&'a self, purpose: &'a str) -> ForPurpose<'a, K, R> {
        ForPurpose {
            tokens: self,
            purpose,
        }
    }

    /// What a token of these keys says, ended or not, and for whichever purpose: to revoke it.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] if it is not one.
    pub fn read(&self, token: &str) -> Result<PresentedToken<K>> {
        self.signed(token).ok_or(Error::Unauthenticated)
    }

    fn signed(&self, token: &str) -> Option<PresentedToken<K>> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let key = self.keys.iter().find(|key| key.has_header(header))?;
        if !key.has_signed(signed, &bytes_of(signature)?) {
            return None;
        }
        let payload: Payload = serde_json::from_slice(&bytes_of(payload)?).ok()?;
        payload.read()
    }

    fn presented(&self, token: &str, purpose: &str) -> Option<PresentedToken<K>> {
        let now = self.clock.now();
        self.signed(token)
            .filter(|token| token.purpose == purpose)
            .filter(|token| is_alive(token.issued_at, token.expires_at, now))
    }
}

/// Whether the token has not ended, and was not issued later than another machine's clock may
/// make it seem.
fn is_alive(issued_at: DateTime<Utc>, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    issued_at - now <= TimeDelta::minutes(1) && now < expires_at
}

/// Lets in who presents a [delegated token](DelegatedTokens) for one purpose:
/// [`DelegatedTokens::for_purpose`].
pub struct ForPurpose<'a, K: TenantKey, R> {
    tokens: &'a DelegatedTokens<K, R>,
    purpose: &'a str,
}

impl<C, K: TenantKey, R: Revocations<C, K>> Authenticator<C> for ForPurpose<'_, K, R> {
    type Credential<'a> = &'a str;
    type Key = K;

    fn authenticate(&self, conn: &mut C, token: &str) -> Result<Claims<K>, AuthError> {
        let token = self
            .tokens
            .presented(token, self.purpose)
            .ok_or(AuthError::Unauthenticated)?;
        if self.tokens.revocations.is_revoked(conn, &token)? {
            return Err(AuthError::Unauthenticated);
        }
        Ok(token.into_claims())
    }
}

impl<K: TenantKey, R> fmt::Debug for ForPurpose<'_, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForPurpose")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}
