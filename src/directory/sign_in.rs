//! The first time that somebody signs in: a user and a tenant come to be, exactly once.

use std::fmt;

use super::Directory;
use super::clerk::by_clerk;
use super::logins::Logins;
use super::models::Tenant;
use super::settle::Newcomer;
use super::store::DirectoryConnection;
use crate::clock::whole_micros;
use crate::error::{Error, Result};
use crate::id::PublicId;
use crate::identity::{AuthError, Authenticator, Claims, Identity, VerifiedLogin, VerifiesLogin};

/// How often it is tried again when another one was making the same user: the first time that
/// this one is late, the user is there.
const TRIES: usize = 8;

impl<C: DirectoryConnection> Directory<C> {
    /// Authenticates who has signed in with a provider of identities, and makes the user and a
    /// tenant of its own if it is the first time: in one transaction, together with what
    /// [`on_founding`](Self::on_founding) does, and exactly once, however many ask at the same
    /// time.
    ///
    /// `tenant` is the public id of the tenant to come into; none for the user's own. Who comes for the
    /// first time has no other: with an id, nothing is made.
    ///
    /// An issuer and a subject make a user, and nothing else does: that two have the same e-mail
    /// means nothing. A user comes into another's tenant by an invitation only
    /// ([`accept`](Self::accept)).
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] if the credential is not accepted, the user or the tenant is
    /// shut, or the user is no member there; the errors of
    /// [`Database::authenticate`](crate::Database::authenticate), and of the transaction.
    pub fn sign_in<V: VerifiesLogin>(
        &self,
        logins: &Logins<V>,
        presented: V::Credential<'_>,
        tenant: Option<PublicId<Tenant>>,
    ) -> Result<Identity<i64>> {
        let login = logins.verifier.verify(presented)?;
        self.known_or_new(logins, &login, tenant)
    }

    pub(super) fn known_or_new<V>(
        &self,
        logins: &Logins<V>,
        login: &VerifiedLogin,
        tenant: Option<PublicId<Tenant>>,
    ) -> Result<Identity<i64>> {
        let mut late = None;
        for _ in 0..TRIES {
            let known = self.db.authenticate(&Known { logins, login }, tenant);
            if !known.as_ref().is_err_and(is_unknown) {
                return known;
            }
            // A newcomer is a member of nothing but the tenant that is to be its own.
            if tenant.is_some() {
                return Err(Error::Unauthenticated);
            }
            match self.found(login) {
                Ok(()) => {}
                Err(error) if is_late(&error) => late = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(late
            .filter(|error| !is_of_logins(error))
            .unwrap_or(Error::Unauthenticated))
    }

    fn found(&self, login: &VerifiedLogin) -> Result<()> {
        let now = whole_micros(self.db.now());
        let who = Newcomer {
            login,
            tenant: self.db.new_id(),
            at: now,
        };
        let name = login.display_name.as_deref().or(login.username.as_deref());
        self.db.found(
            |conn| Ok(conn.found_tenant(who.tenant, name.unwrap_or("(unnamed)"), now)?),
            |scope, session| {
                by_clerk(session, scope, |session, clerk| {
                    C::settle(session, clerk, &who)
                })?;
                (self.on_founding)(scope, session)
            },
        )
    }
}

/// Whether somebody else may have done it in the meantime.
fn is_late(error: &Error) -> bool {
    matches!(
        error,
        Error::UniqueViolation { .. } | Error::SerializationFailure | Error::Locked
    )
}

/// Whether a login is in the way that lets nobody in: one that was deleted.
fn is_of_logins(error: &Error) -> bool {
    matches!(error, Error::UniqueViolation { constraint: Some(name) } if name.contains("tenancy_logins"))
}

/// Authenticates who was verified just now, and tells who is not known yet.
struct Known<'a, V> {
    logins: &'a Logins<V>,
    login: &'a VerifiedLogin,
}

impl<C: DirectoryConnection, V> Authenticator<C> for Known<'_, V> {
    type Credential<'a> = Option<PublicId<Tenant>>;
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut C,
        tenant: Option<PublicId<Tenant>>,
    ) -> Result<Claims<i64>, AuthError> {
        self.logins
            .known(conn, self.login, tenant)?
            .ok_or_else(|| AuthError::Unavailable(Box::new(Unknown)))
    }
}

/// Nobody here knows the login. It stays within this module.
#[derive(Debug)]
struct Unknown;

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the login is not known")
    }
}

impl std::error::Error for Unknown {}

fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::AuthenticationUnavailable(source) if source.is::<Unknown>())
}
