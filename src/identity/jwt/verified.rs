//! What a verified token says of its bearer.

use std::fmt;

use chrono::{DateTime, Utc};

/// A bearer token that was verified: who it is about, as one issuer knows them.
///
/// # Tenancy
///
/// It names no tenant: a caller is the pair of [`issuer`](Self::issuer) and
/// [`subject`](Self::subject), and the application's own tables say which tenants they belong
/// to. Compare both byte for byte, in a column that does not fold case or drop spaces. Never
/// look anybody up by an e-mail address or a name: a provider may let its users choose them,
/// and gives them to others later.
#[derive(Clone)]
pub struct VerifiedToken {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) issued_at: Option<DateTime<Utc>>,
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    pub(super) username: Option<String>,
    pub(super) scopes: Vec<String>,
}

impl VerifiedToken {
    /// Who issued it: exactly the issuer of the [`Verifier`](crate::jwt::Verifier).
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who it is about, in the issuer's words: 1 to 255 bytes, and no sign of control.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// From this moment on it is not accepted: its own end, and the leeway. For
    /// [`Claims::expires_at`](crate::Claims::expires_at).
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// When it was issued, if it says so. To compare with the moment of a sign-out.
    #[must_use]
    pub fn issued_at(&self) -> Option<DateTime<Utc>> {
        self.issued_at
    }

    /// An e-mail address, to show it or to send mail there, whether the provider checked it or
    /// not. It links nobody to anything.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// A name to show. It links nobody to anything.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The name that the bearer signs in with (`preferred_username`), to show it. It links
    /// nobody to anything, and is not unique.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// What the token is good for (`scope` and `scp`), in the order of the alphabet.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// Whether the token has this scope.
    #[must_use]
    pub fn has_scope(&self, name: &str) -> bool {
        self.scopes().any(|scope| scope == name)
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
