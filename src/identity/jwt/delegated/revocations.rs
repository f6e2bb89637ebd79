//! Whether a delegated token was taken back.

use super::presented::PresentedToken;
use crate::identity::AuthError;
use crate::key::TenantKey;

/// Says whether a delegated token was taken back before its end. It is asked each time one is
/// presented, after everything else of it was found right.
///
/// A token is signed, and the database knows nothing of it: what its subject has lost since,
/// only this can tell. Ask here for the token's id, for a sign-out of the subject after
/// [`issued_at`](PresentedToken::issued_at), and whether the subject still belongs to the
/// tenant.
///
/// ```
/// use diesel::prelude::*;
/// use tenancy::AuthError;
/// use tenancy::jwt::{PresentedToken, Revocations};
///
/// diesel::table! {
///     revoked_tokens (id) {
///         id -> Text,
///     }
/// }
///
/// struct RevokedTokens;
///
/// impl Revocations<SqliteConnection, i64> for RevokedTokens {
///     fn is_revoked(
///         &self,
///         conn: &mut SqliteConnection,
///         token: &PresentedToken<i64>,
///     ) -> Result<bool, AuthError> {
///         let revoked = revoked_tokens::table.find(token.id().to_string());
///         Ok(diesel::select(diesel::dsl::exists(revoked)).get_result(conn)?)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say over a `{C}` which delegated tokens were revoked",
    label = "not `Revocations` of tokens for keys of type `{K}`",
    note = "implement `tenancy::jwt::Revocations`, or take `tenancy::jwt::NeverRevoked` if a token may live until it ends"
)]
pub trait Revocations<C, K: TenantKey> {
    /// Whether the token was taken back.
    ///
    /// # Errors
    ///
    /// [`AuthError::Unavailable`] if nobody can say. The token opens nothing then.
    fn is_revoked(&self, conn: &mut C, token: &PresentedToken<K>) -> Result<bool, AuthError>;
}

/// No token is ever taken back: each lives until it ends, whatever its subject loses
/// meanwhile. For tokens that live for minutes.
#[derive(Debug, Clone, Copy, Default)]
pub struct NeverRevoked;

impl<C, K: TenantKey> Revocations<C, K> for NeverRevoked {
    fn is_revoked(&self, _: &mut C, _: &PresentedToken<K>) -> Result<bool, AuthError> {
        Ok(false)
    }
}
