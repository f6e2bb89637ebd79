//! Verifies bearer tokens of one issuer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::algorithm::Algorithm;
use super::claims::{LONGEST_TEXT, Written};
use super::jwks::Jwks;
use super::key_set::Wanted;
use super::token::Parts;
use super::verified::VerifiedToken;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::identity::AuthError;

/// Verifies bearer tokens of one issuer: ID tokens and access tokens in the form of a signed
/// JWT (RFC 7519).
///
/// A token is accepted if its signature is of an allowed kind and by the one key of the issuer
/// that it names, if issuer and audience are the expected ones, and if it has begun and not
/// ended by the clock given here. A token without an end is refused, and so is one with
/// demands that it calls critical, one of another kind (`typ`, as that of a sign-out), and one that
/// tells of events.
///
/// It is no [`Authenticator`](crate::Authenticator) by itself: a token says who somebody is,
/// and the application's tables say what they belong to.
///
/// ```
/// use diesel::prelude::*;
/// use tenancy::jwt::{Jwks, Verifier};
/// use tenancy::{AuthError, Authenticator, Claims};
///
/// diesel::table! {
///     logins (issuer, subject) {
///         issuer -> Text,
///         subject -> Text,
///         tenant_id -> BigInt,
///         user_id -> Text,
///     }
/// }
///
/// struct Bearers(Verifier);
///
/// impl Authenticator<SqliteConnection> for Bearers {
///     type Credential<'a> = &'a str;
///     type Key = i64;
///
///     fn authenticate(
///         &self,
///         conn: &mut SqliteConnection,
///         presented: &str,
///     ) -> Result<Claims<i64>, AuthError> {
///         let token = self.0.verify(presented)?;
///         let (tenant, user): (i64, String) = logins::table
///             .filter(logins::issuer.eq(token.issuer()))
///             .filter(logins::subject.eq(token.subject()))
///             .select((logins::tenant_id, logins::user_id))
///             .first(conn)?; // nobody of ours is `AuthError::Unauthenticated`
///         Ok(Claims::new(tenant).subject(user).expires_at(token.expires_at()))
///     }
/// }
///
/// # fn get(url: &str) -> Result<String, std::io::Error> { Err(std::io::ErrorKind::Other.into()) }
/// let keys = Jwks::new(|| Ok(get("https://id.example.com/jwks.json")?));
/// let bearers = Bearers(
///     Verifier::builder()
///         .issuer("https://id.example.com")
///         .audience("gear")
///         .build(keys)?,
/// );
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct Verifier {
    settings: VerifierBuilder,
    leeway: TimeDelta,
    keys: Arc<Jwks>,
}

impl Verifier {
    /// The settings of a verifier.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder {
            issuer: String::new(),
            audiences: Vec::new(),
            algorithms: vec![Algorithm::Rs256],
            leeway: Duration::from_secs(60),
            clock: Arc::new(SystemClock),
            max_length: 16 * 1024,
        }
    }

    /// Verifies a token: what stands behind `Bearer ` in the header of a request.
    ///
    /// # Errors
    ///
    /// [`AuthError::Unauthenticated`] whatever is wrong with the token, and
    /// [`AuthError::Unavailable`] if the issuer's keys could not be had.
    pub fn verify(&self, token: &str) -> Result<VerifiedToken, AuthError> {
        let now = self.settings.clock.now();
        let parts = self.parts(token).ok_or(AuthError::Unauthenticated)?;
        let algorithm = parts.header.algorithm;
        let wanted = Wanted {
            id: parts.header.key_id.as_deref(),
            algorithm,
        };
        let key = self.keys.find(wanted, now)?;
        if !key.has_signed(parts.signed, &parts.signature, algorithm) {
            return Err(AuthError::Unauthenticated);
        }
        self.believed(parts.payload, now)
            .ok_or(AuthError::Unauthenticated)
    }

    fn parts<'a>(&self, token: &'a str) -> Option<Parts<'a>> {
        if token.len() > self.settings.max_length {
            return None;
        }
        Parts::of(token).filter(|parts| {
            let allowed = &self.settings.algorithms;
            allowed.contains(&parts.header.algorithm)
        })
    }

    /// What a signed payload says, if it is meant for us, and now.
    fn believed(&self, payload: &str, now: DateTime<Utc>) -> Option<VerifiedToken> {
        let claims = Written::of(payload)?;
        let is_meant =
            claims.iss.0 == self.settings.issuer && claims.aud.has_one_of(&self.settings.audiences);
        let expires_at = claims.exp.0.checked_add_signed(self.leeway)?;
        let latest = now.checked_add_signed(self.leeway)?;
        let has_begun = claims.nbf.as_ref().is_none_or(|begin| begin.0 <= latest)
            && claims.iat.as_ref().is_none_or(|issued| issued.0 <= latest);
        // A logout token need not say its type (OpenID Connect Back-Channel Logout, section 2.4).
        if claims.tells_events || !is_meant || !has_begun || now >= expires_at {
            return None;
        }
        Some(VerifiedToken {
            scopes: claims.scopes(),
            issuer: claims.iss.0,
            subject: claims.sub.0,
            expires_at,
            issued_at: claims.iat.map(|issued| issued.0),
            email: claims.email.0,
            name: claims.name.0,
            username: claims.preferred_username.0,
        })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Verifier`]: [`Verifier::builder`].
#[must_use]
pub struct VerifierBuilder {
    issuer: String,
    audiences: Vec<String>,
    algorithms: Vec<Algorithm>,
    leeway: Duration,
    clock: Arc<dyn Clock>,
    max_length: usize,
}

/// More would let tokens live on that have ended.
const MOST_LEEWAY: Duration = Duration::from_secs(5 * 60);
const MOST_LENGTH: usize = 1024 * 1024;

impl VerifierBuilder {
    /// The one issuer whose tokens are accepted, exactly as it writes itself.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// An audience that tokens must name: what the provider calls this application. Of
    /// several, one is enough.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// The kinds of signature that are accepted, in place of [`Algorithm::Rs256`] alone.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// How much the issuer's clock may differ from ours: 60 seconds unless it is said, and at
    /// most five minutes.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Tells the time, in place of the machine's clock. Take the clock of the
    /// [`Database`](crate::Database).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The longest token that is looked at, in bytes: 16 KiB unless it is said, and at most
    /// 1 MiB.
    pub fn max_length(mut self, bytes: usize) -> Self {
        self.max_length = bytes;
        self
    }

    /// The verifier, with the keys of the issuer.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] if there is no issuer, no audience or no algorithm, if one of
    /// them is empty, or if the leeway or the length is too large.
    pub fn build(self, keys: impl Into<Arc<Jwks>>) -> Result<Verifier> {
        if let Some(reason) = self.wrong() {
            return Err(Error::Configuration {
                reason: reason.to_owned(),
            });
        }
        Ok(Verifier {
            leeway: TimeDelta::from_std(self.leeway).unwrap_or_default(),
            settings: self,
            keys: keys.into(),
        })
    }

    fn wrong(&self) -> Option<&'static str> {
        let is_name = |name: &String| (1..=LONGEST_TEXT).contains(&name.len());
        if !is_name(&self.issuer) {
            Some("a verifier of tokens needs an issuer, of at most 255 bytes")
        } else if self.audiences.is_empty() || !self.audiences.iter().all(is_name) {
            Some("a verifier of tokens needs an audience, of at most 255 bytes")
        } else if self.algorithms.is_empty() {
            Some("a verifier of tokens needs an algorithm")
        } else if self.leeway > MOST_LEEWAY {
            Some("the leeway of a verifier is at most five minutes")
        } else if self.max_length > MOST_LENGTH {
            Some("a verifier looks at tokens of at most 1 MiB")
        } else {
            None
        }
    }
}

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierBuilder")
            .field("issuer", &self.issuer)
            .field("audiences", &self.audiences)
            .field("algorithms", &self.algorithms)
            .field("leeway", &self.leeway)
            .field("max_length", &self.max_length)
            .finish_non_exhaustive()
    }
}
