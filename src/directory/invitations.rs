//! How a user comes into a tenant that is not its own: it was asked to.

use std::cell::Cell;

use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq;

use super::clerk::{Clerk, by_clerk};
use super::key_ring::outlives;
use super::logins::{self, Logins};
use super::models::Invitation;
use super::principal::is_over;
use super::rows::{InvitationRow, NewVisit, UserRow};
use super::settle::{Guest, NewInvitation};
use super::still::is_open;
use super::store::DirectoryConnection;
use super::{Directory, Manage};
use crate::clock::whole_micros;
use crate::error::{Error, Result};
use crate::id::PublicId;
use crate::identity::{
    AuthError, Authenticator, Claims, Identity, Permission as _, Secret, SecretName, VerifiedLogin,
    VerifiesLogin,
};
use crate::scope::TenantScope;
use crate::session::Session;

/// What an invitation's secret begins with.
pub(super) const NAME: &str = "invite";

impl<C: DirectoryConnection> Directory<C> {
    /// Asks somebody into the scope's tenant, as this role, until so long from now. The secret is
    /// shown this once: who presents it with a login of their own, and nobody else, is let in.
    ///
    /// `note` is for whoever reads the list of invitations: an address, a name. It proves nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] for a role that nobody has described, or a time that is over at
    /// once, or never; [`Error::Forbidden`] if the scope's caller may not [manage](super::Manage)
    /// the tenant, or no longer, has less than the role has, came in by a key that ends before the
    /// invitation would, or is not a user of the directory; and those of a session and an insert.
    pub fn invite(
        &self,
        scope: &TenantScope<i64>,
        role: &str,
        note: Option<&str>,
        lasting: TimeDelta,
    ) -> Result<(Invitation, Secret)> {
        let own = &scope.caller().permissions;
        let invited_by = super::user_of(scope)?;
        if !own.has(Manage::NAME) {
            return Err(Error::Forbidden);
        }
        let expires_at = end(self, role, lasting)?;
        if !self.rules.roles.is_within(role, own) {
            return Err(Error::Forbidden);
        }
        if outlives(Some(expires_at), scope.caller().makes_until) {
            return Err(Error::Forbidden);
        }
        let secret = Secret::new(&SecretName::new(NAME)?, self.db.id_source())?;
        let made = self.in_turn(scope, &[Manage::NAME], |session, clerk, caller| {
            if !self.rules.roles.covers(&caller.role, role) {
                return Err(Error::Forbidden);
            }
            let invitation = NewInvitation {
                tenant_public_id: C::own_tenant(session, clerk)?.public_id.get(),
                role,
                note,
                proof: secret.proof(),
                secret_hash: &secret.hash(),
                invited_by: Some(invited_by),
                made_with: scope.caller().came_by(),
                expires_at: whole_micros(expires_at),
            };
            C::invite(session, clerk, &invitation)
        });
        Ok((made?, secret))
    }

    /// Accepts an invitation, once, for who has signed in, and gives its identity in the tenant
    /// that invites. The user is made if it is the first time, with a tenant of its own too.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`], always the same, if the login or the invitation is not accepted,
    /// or the invitation is over, taken back or used up, or who made it could not make it any
    /// more; [`Error::Conflict`] if the user is a
    /// member already, which leaves the invitation as it is; and those of
    /// [`sign_in`](Self::sign_in).
    pub fn accept<V: VerifiesLogin>(
        &self,
        logins: &Logins<V>,
        presented: V::Credential<'_>,
        invitation: &str,
    ) -> Result<Identity<i64>> {
        let secret = Secret::parse(&SecretName::new(NAME)?, invitation)?;
        let login = logins.verifier.verify(presented)?;
        let (row, user) = self.invitation(&secret, &login)?;
        // Nobody is made for an invitation that is not good.
        self.invited(&row, |_, _| Ok(()))?;
        let user = match user {
            Some(user) => Some(user),
            None => {
                self.known_or_new(logins, &login, None)?;
                self.invitation(&secret, &login)?.1
            }
        };
        self.admit(&row, &user.ok_or(Error::Unauthenticated)?)?;
        self.known_or_new(
            logins,
            &login,
            Some(PublicId::from_uuid(row.tenant_public_id)),
        )
    }

    /// The invitation, if it is good, and the user who has this login, if there is one.
    fn invitation(
        &self,
        secret: &Secret,
        login: &VerifiedLogin,
    ) -> Result<(InvitationRow, Option<UserRow>)> {
        let asked = Asked::default();
        let by = ByInvitation {
            asked: &asked,
            secret,
            login,
        };
        // It proves nothing but what it has found.
        if let Err(error @ Error::AuthenticationUnavailable(_)) = self.db.authenticate(&by, ()) {
            return Err(error);
        }
        let (row, user) = asked.into_inner().ok_or(Error::Unauthenticated)?;
        if row.accepted_at.is_some() || is_over(Some(row.expires_at), self.db.now()) {
            return Err(Error::Unauthenticated);
        }
        Ok((row, user))
    }

    /// In one transaction: the invitation is used up, and the user is a member.
    fn admit(&self, row: &InvitationRow, user: &UserRow) -> Result<()> {
        let now = whole_micros(self.db.now());
        let guest = Guest {
            tenant: row.tenant_public_id,
            home: user.tenant_id,
            user_id: user.id,
            user: user.public_id,
            role: &row.role,
            at: now,
        };
        let visit = NewVisit {
            home: user.tenant_id,
            user: user.id,
            tenant: row.tenant_id,
            public_id: row.tenant_public_id,
            at: now,
        };
        let admitted = self.invited(row, |session, clerk| {
            let conn = session.behind();
            if !conn.take_invitation(row.id, user.public_id, now)? {
                return Err(Error::Unauthenticated);
            }
            C::admit(session, clerk, &guest)?;
            Ok(session.behind().note_visit(&visit)?)
        });
        match admitted {
            Err(Error::UniqueViolation { .. }) => Err(Error::Conflict),
            admitted => admitted,
        }
    }

    /// Runs `work` in a transaction of the tenant that invites, while nobody changes who belongs to
    /// it, if the tenant is open, and who made the invitation could make it still. If not, the
    /// invitation stays as it is.
    fn invited(
        &self,
        row: &InvitationRow,
        work: impl FnOnce(&mut Session<C>, &Clerk) -> Result<()>,
    ) -> Result<()> {
        let scope = self.db.scope_of(row.tenant_id);
        let mut session = self.db.session(&scope)?;
        session.transaction(|session| {
            by_clerk(session, &scope, |session, clerk| {
                C::hold_tenant(session, clerk)?;
                if self.is_good(session, clerk, row)? {
                    work(session, clerk)
                } else {
                    Err(Error::Unauthenticated)
                }
            })
        })
    }

    fn is_good(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        row: &InvitationRow,
    ) -> Result<bool> {
        // An operator did.
        let Some(inviter) = row.invited_by else {
            return is_open(session, clerk);
        };
        let inviter = (inviter, row.made_with);
        let inviter = self.still(session, clerk, inviter, &[Manage::NAME])?;
        let roles = &self.rules.roles;
        Ok(inviter.is_some_and(|inviter| roles.covers(&inviter.role, &row.role)))
    }
}

/// When an invitation to a role ends that lasts so long.
pub(super) fn end<C: DirectoryConnection>(
    directory: &Directory<C>,
    role: &str,
    lasting: TimeDelta,
) -> Result<DateTime<Utc>> {
    if !directory.rules.roles.knows(role) || lasting <= TimeDelta::zero() {
        return Err(Error::Configuration {
            reason: "an invitation is to a role of the directory's, and lasts for a while".into(),
        });
    }
    super::later(directory.db.now(), lasting)
}

/// What an invitation and a login have led to.
type Asked = Cell<Option<(InvitationRow, Option<UserRow>)>>;

/// Looks an invitation up, and the user who is to accept it. It authenticates nobody.
struct ByInvitation<'a> {
    asked: &'a Asked,
    secret: &'a Secret,
    login: &'a VerifiedLogin,
}

impl<C: DirectoryConnection> Authenticator<C> for ByInvitation<'_> {
    type Credential<'a> = ();
    type Key = i64;

    fn authenticate(&self, conn: &mut C, (): ()) -> Result<Claims<i64>, AuthError> {
        let hash = self.secret.hash();
        let mut rows = conn.invitations(self.secret.proof())?.into_iter();
        let row = rows.find(|row| bool::from(row.secret_hash.ct_eq(&hash)));
        let Some(row) = row else {
            return Err(AuthError::Unauthenticated);
        };
        let user = match logins::row(conn, self.login)? {
            Some(login) => conn.user(login.tenant_id, login.user_id)?,
            None => None,
        };
        self.asked.set(Some((row, user)));
        Err(AuthError::Unauthenticated)
    }
}
