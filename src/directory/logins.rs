//! The way in for people: somebody else says who they are.

use std::fmt;

use super::models::Tenant;
use super::principal::{Narrowed, Rules};
use super::rows::{LoginRow, UserRow};
use super::standing::Standing;
use super::store::DirectoryConnection;
use crate::id::PublicId;
use crate::identity::{AuthError, Authenticator, Claims, VerifiedLogin, VerifiesLogin};

/// Opens a tenant for who has signed in with a provider of identities. From
/// [`Directory::logins`](crate::directory::Directory::logins).
///
/// The credential says who; the second half of it says which tenant: a public id, or none for the
/// user's own. The user's membership there decides. Another tenant is another scope: authenticate
/// again.
///
/// Who signs in for the first time is not known here:
/// [`Directory::sign_in`](crate::directory::Directory::sign_in) makes the user.
pub struct Logins<V> {
    pub(super) verifier: V,
    pub(super) rules: Rules,
}

impl<V> Logins<V> {
    /// The claims of who was verified; none if nobody here knows the login.
    pub(super) fn known<C: DirectoryConnection>(
        &self,
        conn: &mut C,
        login: &VerifiedLogin,
        tenant: Option<PublicId<Tenant>>,
    ) -> Result<Option<Claims<i64>>, AuthError> {
        let Some(row) = row(conn, login)? else {
            return Ok(None);
        };
        let user = conn
            .user(row.tenant_id, row.user_id)?
            .ok_or(AuthError::Unauthenticated)?;
        let standing = chosen(conn, user, tenant)?.ok_or(AuthError::Unauthenticated)?;
        let narrowed = Narrowed {
            expires_at: login.ends_at(),
            login: Some(row.public_id),
            ..Narrowed::default()
        };
        self.rules.claims(conn, &standing, &narrowed).map(Some)
    }
}

/// The digest says which row; that it is the same login, the row itself must say.
pub(super) fn row<C: DirectoryConnection>(
    conn: &mut C,
    login: &VerifiedLogin,
) -> Result<Option<LoginRow>, AuthError> {
    let mut rows = conn.logins(login.proof())?.into_iter();
    Ok(rows.find(|row| login.is(&row.issuer, &row.subject)))
}

/// A tenant that is not among the visits is the home, or none of the user's.
fn chosen<C: DirectoryConnection>(
    conn: &mut C,
    user: UserRow,
    tenant: Option<PublicId<Tenant>>,
) -> Result<Option<Standing>, AuthError> {
    let visited = match tenant {
        Some(tenant) => conn.visited(user.tenant_id, user.id, tenant.get())?,
        None => None,
    };
    let there = visited.unwrap_or(user.tenant_id);
    let standing = Standing::of(conn, there, user)?;
    let is_chosen =
        |found: &Standing| tenant.is_none_or(|id| id.get() == found.member.tenant_public_id);
    Ok(standing.filter(is_chosen))
}

impl<C: DirectoryConnection, V: VerifiesLogin> Authenticator<C> for Logins<V> {
    type Credential<'a> = (V::Credential<'a>, Option<PublicId<Tenant>>);
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut C,
        (presented, tenant): Self::Credential<'_>,
    ) -> Result<Claims<i64>, AuthError> {
        let login = self.verifier.verify(presented)?;
        self.known(conn, &login, tenant)?
            .ok_or(AuthError::Unauthenticated)
    }
}

impl<V> fmt::Debug for Logins<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logins").finish_non_exhaustive()
    }
}
