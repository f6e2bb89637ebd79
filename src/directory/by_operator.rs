//! What operators do for a tenant that cannot help itself.

use chrono::{NaiveDateTime, TimeDelta};

use super::Directory;
use super::clerk::by_clerk;
use super::invitations::NAME;
use super::models::{Invitation, Login, User};
use super::settle::NewInvitation;
use super::store::DirectoryConnection;
use crate::clock::whole_micros;
use crate::error::Result;
use crate::id::RowId;
use crate::identity::{Secret, SecretName};
use crate::operator::OperatorScope;
use crate::operator::audit::Audits;

impl<C: DirectoryConnection + Audits> Directory<C> {
    /// Asks somebody into a tenant, as this role, as [`invite`](Self::invite) does: an operator's act,
    /// for a tenant whose owners are all gone.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`](crate::Error::Configuration) for a role that nobody has described, or a time that is over at once,
    /// or never; [`Error::NotFound`](crate::Error::NotFound) if there is no such tenant; and those of
    /// [`Database::act_for`](crate::Database::act_for).
    pub fn invite_for(
        &self,
        operator: &OperatorScope<i64>,
        tenant: i64,
        (role, note): (&str, Option<&str>),
        lasting: TimeDelta,
    ) -> Result<(Invitation, Secret)> {
        let expires_at = super::invitations::end(self, role, lasting)?;
        let secret = Secret::new(&SecretName::new(NAME)?, self.db.id_source())?;
        let made = self.db.act_for(operator, tenant, |scope, session| {
            by_clerk(session, scope, |session, clerk| {
                let invitation = NewInvitation {
                    tenant_public_id: C::own_tenant(session, clerk)?.public_id.get(),
                    role,
                    note,
                    proof: secret.proof(),
                    secret_hash: &secret.hash(),
                    invited_by: None,
                    made_with: None,
                    expires_at: whole_micros(expires_at),
                };
                C::invite(session, clerk, &invitation)
            })
        })?;
        Ok((made, secret))
    }

    /// Shuts a user out who is at home in the tenant, as [`disable_user`](Self::disable_user) does,
    /// also one who is the last owner: an operator's act.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) if no such user is at home in the tenant, and those of
    /// [`Database::act_for`](crate::Database::act_for).
    pub fn disable_user_for(
        &self,
        operator: &OperatorScope<i64>,
        tenant: i64,
        id: RowId<User>,
    ) -> Result<()> {
        let since = Some(whole_micros(self.db.now()));
        self.shut_user_for(operator, tenant, (id, since))
    }

    /// Lets a user in again who was shut out: an operator's act.
    ///
    /// # Errors
    ///
    /// As [`disable_user_for`](Self::disable_user_for).
    pub fn enable_user_for(
        &self,
        operator: &OperatorScope<i64>,
        tenant: i64,
        id: RowId<User>,
    ) -> Result<()> {
        self.shut_user_for(operator, tenant, (id, None))
    }

    fn shut_user_for(
        &self,
        operator: &OperatorScope<i64>,
        tenant: i64,
        (id, since): (RowId<User>, Option<NaiveDateTime>),
    ) -> Result<()> {
        self.db.act_for(operator, tenant, |scope, session| {
            by_clerk(session, scope, |session, clerk| {
                C::shut_user(session, clerk, id, since)
            })
        })
    }

    /// Ends a way in of a user who is at home in the tenant, as [`revoke_login`](Self::revoke_login)
    /// does, also the only one of the last owner: an operator's act, for a login that was stolen.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) if the tenant has no such login, and those of
    /// [`Database::act_for`](crate::Database::act_for).
    pub fn revoke_login_for(
        &self,
        operator: &OperatorScope<i64>,
        tenant: i64,
        id: RowId<Login>,
    ) -> Result<()> {
        let at = whole_micros(self.db.now());
        self.db.act_for(operator, tenant, |scope, session| {
            by_clerk(session, scope, |session, clerk| {
                let login = C::find_login(session, clerk, id)?;
                C::revoke_login(session, clerk, id)?;
                let home = (*clerk.tenant(), login.user_id.get());
                let login = login.public_id.get();
                Ok(session.behind().end_of_login(home, login, at)?)
            })
        })
    }
}
