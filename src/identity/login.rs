//! What a provider of identities says of somebody, checked.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::AuthError;
use super::secret::digest_id;

/// Checks what a provider of identities has issued.
///
/// # Tenancy
///
/// It is the trusted edge, as an [`Authenticator`](crate::Authenticator) is: whom it names, is let
/// in. `grep 'impl.* VerifiesLogin'` lists them. With the feature `jwt` there is one for the bearer
/// tokens of OpenID Connect.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not verify logins",
    label = "not a `VerifiesLogin`",
    note = "the feature `jwt` brings `tenancy::jwt::Verifier`; one of your own implements `tenancy::VerifiesLogin`"
)]
pub trait VerifiesLogin {
    /// What a caller presents: a token.
    type Credential<'a>;

    /// Checks the credential.
    ///
    /// # Errors
    ///
    /// [`AuthError::Unauthenticated`] for anything that is wrong with it, always the same, and
    /// [`AuthError::Unavailable`] if it could not be checked.
    fn verify(&self, credential: Self::Credential<'_>) -> Result<VerifiedLogin, AuthError>;
}

/// Who somebody is for a provider of identities: the issuer and the subject, and nothing else.
/// Names and an address are for people to read. They never lead to a user: another issuer may
/// give out the same.
#[derive(Debug, Clone)]
#[must_use]
pub struct VerifiedLogin {
    issuer: String,
    subject: String,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) email: Option<String>,
    expires_at: Option<DateTime<Utc>>,
}

/// OpenID Connect Core 1.0, section 2, says it of the subject.
const LONGEST: usize = 255;

impl VerifiedLogin {
    /// The subject, as this issuer names it.
    ///
    /// # Errors
    ///
    /// [`AuthError::Unauthenticated`] if one of them is empty, longer than 255 bytes, or holds a
    /// control character.
    pub fn new(issuer: impl Into<String>, subject: impl Into<String>) -> Result<Self, AuthError> {
        let (issuer, subject) = (issuer.into(), subject.into());
        let is_name = |text: &str| {
            !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
        };
        if !is_name(&issuer) || !is_name(&subject) {
            return Err(AuthError::Unauthenticated);
        }
        Ok(Self {
            issuer,
            subject,
            username: None,
            display_name: None,
            email: None,
            expires_at: None,
        })
    }

    /// The name to sign in with, to show. Cut to what its column holds.
    pub fn username(mut self, name: impl Into<String>) -> Self {
        self.username = Some(cut(name.into()));
        self
    }

    /// The name to show.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(cut(name.into()));
        self
    }

    /// The address to write to. It proves nothing.
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.email = Some(cut(address.into()));
        self
    }

    /// The credential ends at this moment.
    pub fn expires_at(mut self, moment: DateTime<Utc>) -> Self {
        self.expires_at = Some(moment);
        self
    }

    /// Who says so.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who it is there.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    pub(crate) fn proof(&self) -> Uuid {
        digest_id("tenancy login", &[&self.issuer, &self.subject])
    }

    pub(crate) fn is(&self, issuer: &str, subject: &str) -> bool {
        self.issuer == issuer && self.subject == subject
    }
}

/// To what a column of 255 signs holds, without NUL, which PostgreSQL does not take.
fn cut(text: String) -> String {
    text.chars()
        .filter(|sign| *sign != '\0')
        .take(LONGEST)
        .collect()
}
