//! The trusted edge: how an application turns a credential into claims.

use std::error::Error as StdError;

use super::Claims;
use crate::key::TenantKey;

/// Turns a credential into [`Claims`].
///
/// # Tenancy
///
/// This is the trusted edge of an application: the code behind it sees a raw
/// connection, and what it claims is believed. `grep 'impl.* Authenticator'`
/// lists all of it. Keep it short, look the credential up by itself and never by
/// a tenant that the caller names, and compare secrets in constant time.
///
/// ```
/// use diesel::prelude::*;
/// use tenancy::{AuthError, Authenticator, Claims};
///
/// diesel::table! {
///     api_keys (id) {
///         id -> BigInt,
///         tenant_id -> BigInt,
///         secret_hash -> Text,
///     }
/// }
///
/// struct ApiKeys;
///
/// impl Authenticator<SqliteConnection> for ApiKeys {
///     type Credential<'a> = &'a str;
///     type Key = i64;
///
///     fn authenticate(
///         &self,
///         conn: &mut SqliteConnection,
///         presented: &str,
///     ) -> Result<Claims<i64>, AuthError> {
///         # fn hash(text: &str) -> &str { text }
///         let tenant = api_keys::table
///             .filter(api_keys::secret_hash.eq(hash(presented)))
///             .select(api_keys::tenant_id)
///             .first(conn)?; // no such key is `AuthError::Unauthenticated`
///         Ok(Claims::new(tenant))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not authenticate over a `{C}`",
    label = "not an `Authenticator`",
    note = "`db.authenticate(&how, credential)` takes what implements `tenancy::Authenticator`: that is the one place where a credential becomes a tenant"
)]
pub trait Authenticator<C> {
    /// What a caller presents: a key, a token, a name with a password.
    type Credential<'a>;
    /// The type of the tenant's key.
    type Key: TenantKey;

    /// Checks the credential.
    ///
    /// # Errors
    ///
    /// [`AuthError::Unauthenticated`] for anything that is wrong with the
    /// credential, always the same, and [`AuthError::Unavailable`] if it could not
    /// be checked.
    fn authenticate(
        &self,
        conn: &mut C,
        credential: Self::Credential<'_>,
    ) -> Result<Claims<Self::Key>, AuthError>;
}

/// Why an [`Authenticator`] said no.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The credential is not one. Which part of it is wrong is nobody's business.
    #[error("the credential was not accepted")]
    Unauthenticated,
    /// The credential could not be checked.
    #[error("the credential could not be checked")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
}

impl From<diesel::result::Error> for AuthError {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::Unauthenticated,
            other => Self::Unavailable(Box::new(crate::error::Error::from(other))),
        }
    }
}
