//! Who belongs to a tenant, and as what.

use super::clerk::Clerk;
use super::models::{Invitation, Membership};
use super::store::DirectoryConnection;
use super::{Directory, Manage};
use crate::error::{Error, Result};
use crate::id::RowId;
use crate::identity::Permission as _;
use crate::scope::{TenantScope, With};
use crate::session::Session;

use super::roles::OWNER;

type Manages = TenantScope<i64, With<Manage>>;

impl<C: DirectoryConnection> Directory<C> {
    /// What the tenant calls a member; its own name if none.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the tenant has no such member; [`Error::Forbidden`] if the caller may
    /// no longer manage the tenant, or is not a user of the directory; and those of a session.
    pub fn rename_member(
        &self,
        scope: &Manages,
        id: RowId<Membership>,
        name: Option<&str>,
    ) -> Result<()> {
        self.managed(scope, |session, clerk| {
            C::rename_member(session, clerk, id, name)
        })
    }

    /// Gives a member another role. Invitations of somebody who no longer manages the tenant end
    /// with it. Scopes that are open go on as [`lasting`](Self::lasting) says.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if the caller has less than the role that the member has, or is to have;
    /// [`Error::LastOwner`] if nobody would own the tenant; [`Error::Configuration`] for a role
    /// that nobody has described; and as [`rename_member`](Self::rename_member).
    pub fn change_role(&self, scope: &Manages, id: RowId<Membership>, role: &str) -> Result<()> {
        if !self.rules.roles.knows(role) {
            return Err(unknown_role());
        }
        self.managed(scope, |session, clerk| {
            let member = self.below(session, clerk, scope, id)?;
            if !self
                .rules
                .roles
                .is_within(role, &scope.caller().permissions)
            {
                return Err(Error::Forbidden);
            }
            if member.role == OWNER && role != OWNER {
                another_owner(session, clerk, &member)?;
            }
            C::change_role(session, clerk, id, role)?;
            if !self.rules.roles.still_allows(role, true, &[Manage::NAME]) {
                C::end_invitations(session, clerk, member.user_public_id)?;
            }
            Ok(())
        })
    }

    /// Ends a membership, and the member's keys to the tenant and open invitations into it with it.
    /// A caller may remove itself. Scopes that are open go on as [`lasting`](Self::lasting) says.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if the caller has less than the member's role;
    /// [`Error::LastOwner`] if nobody would own the tenant; and as
    /// [`rename_member`](Self::rename_member).
    pub fn remove_member(&self, scope: &Manages, id: RowId<Membership>) -> Result<()> {
        self.managed(scope, |session, clerk| {
            let member = self.below(session, clerk, scope, id)?;
            if member.role == OWNER {
                another_owner(session, clerk, &member)?;
            }
            C::remove_member(session, clerk, id)?;
            C::end_what_it_made(session, clerk, member.user_public_id)
        })
    }

    /// Takes an invitation back: it lets nobody in from now on.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the tenant has no such invitation, [`Error::Conflict`] if somebody
    /// has accepted it, and as [`rename_member`](Self::rename_member).
    pub fn revoke_invitation(&self, scope: &Manages, id: RowId<Invitation>) -> Result<()> {
        self.managed(scope, |session, clerk| {
            let invitation = C::find_invitation(session, clerk, id)?;
            if invitation.accepted_at.is_some() {
                return Err(Error::Conflict);
            }
            C::revoke_invitation(session, clerk, id)
        })
    }

    /// The member, if the caller has what its role has.
    fn below(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        scope: &Manages,
        id: RowId<Membership>,
    ) -> Result<Membership> {
        let member = C::find_member(session, clerk, id)?;
        self.check_above(scope, &member)?;
        Ok(member)
    }

    /// Whether the caller has what the member's role has.
    pub(super) fn check_above(&self, scope: &Manages, member: &Membership) -> Result<()> {
        let own = &scope.caller().permissions;
        if own.has_all() || self.rules.roles.is_within(&member.role, own) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }
}

/// Whether somebody else owns the tenant, who is not shut out.
pub(super) fn another_owner<C: DirectoryConnection>(
    session: &mut Session<C>,
    clerk: &Clerk,
    but: &Membership,
) -> Result<()> {
    let shut_out = C::shut_out(session, clerk)?;
    let is_another = |user: &uuid::Uuid| *user != but.user_public_id && !shut_out.contains(user);
    if C::owners(session, clerk)?.iter().any(is_another) {
        Ok(())
    } else {
        Err(Error::LastOwner)
    }
}

pub(super) fn unknown_role() -> Error {
    Error::Configuration {
        reason: "a member has a role of the directory's".into(),
    }
}
