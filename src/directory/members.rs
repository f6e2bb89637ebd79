//! Who belongs to a tenant, and as what.

use uuid::Uuid;

use super::clerk::Clerk;
use super::models::{Invitation, Membership};
use super::store::DirectoryConnection;
use super::{Directory, Manage};
use crate::error::{Error, OptionalExtension as _, Result};
use crate::id::RowId;
use crate::identity::Permission as _;
use crate::scope::{Access, TenantScope, With};
use crate::session::Session;

use super::roles::OWNER;

type Manages = TenantScope<i64, With<Manage>>;

impl<C: DirectoryConnection> Directory<C> {
    /// What the tenant calls a member; its own name if none.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the tenant has no such member; [`Error::Forbidden`] if the caller has
    /// less than the member's role, may no longer manage the tenant, or is not a user of the
    /// directory; and those of a session.
    pub fn rename_member(
        &self,
        scope: &Manages,
        id: RowId<Membership>,
        name: Option<&str>,
    ) -> Result<()> {
        self.managed(scope, |session, clerk, caller| {
            let member = C::find_member(session, clerk, id)?;
            self.check_above(scope, caller, &member.role)?;
            C::rename_member(session, clerk, id, name)
        })
    }

    /// Gives a member another role. Its open invitations end, unless the new role has all that the
    /// old one had. Scopes that are open go on as [`lasting`](Self::lasting) says.
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
        self.managed(scope, |session, clerk, caller| {
            let member = C::find_member(session, clerk, id)?;
            self.check_above(scope, caller, &member.role)?;
            self.check_above(scope, caller, role)?;
            C::change_role(session, clerk, id, role)?;
            if member.role == OWNER && role != OWNER {
                check_owned(session, clerk)?;
            }
            // They would be good again, if it got back what it had.
            if !self.rules.roles.covers(role, &member.role) {
                C::end_invitations(session, clerk, member.user_public_id.get())?;
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
        self.managed(scope, |session, clerk, caller| {
            let member = C::find_member(session, clerk, id)?;
            self.check_above(scope, caller, &member.role)?;
            C::remove_member(session, clerk, id)?;
            if member.role == OWNER {
                check_owned(session, clerk)?;
            }
            C::end_what_it_made(session, clerk, member.user_public_id.get())
        })
    }

    /// Takes an invitation back: it lets nobody in from now on.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the tenant has no such invitation, [`Error::Conflict`] if somebody
    /// has accepted it, [`Error::Forbidden`] if the caller has less than the role that it is for,
    /// and as [`rename_member`](Self::rename_member).
    pub fn revoke_invitation(&self, scope: &Manages, id: RowId<Invitation>) -> Result<()> {
        self.managed(scope, |session, clerk, caller| {
            let invitation = C::find_invitation(session, clerk, id)?;
            self.check_above(scope, caller, &invitation.role)?;
            if invitation.accepted_at.is_some() {
                return Err(Error::Conflict);
            }
            C::revoke_invitation(session, clerk, id)
        })
    }

    /// Whether the caller has what a role has: when it came in, and by now.
    pub(super) fn check_above<A: Access>(
        &self,
        scope: &TenantScope<i64, A>,
        caller: &Membership,
        role: &str,
    ) -> Result<()> {
        let (roles, own) = (&self.rules.roles, &scope.caller().permissions);
        let had = own.has_all() || roles.is_within(role, own);
        if had && (roles.has_all(&caller.role) || roles.covers(&caller.role, role)) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }
}

impl<C: DirectoryConnection> Directory<C> {
    /// Whether the caller manages the tenant, when it came in and by now, and has what that user has
    /// here; all, if it is no member.
    pub(super) fn check_reaches<A: Access>(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        (scope, caller): (&TenantScope<i64, A>, &Membership),
        user: Uuid,
    ) -> Result<()> {
        let manages = [Manage::NAME];
        let had = scope.caller().permissions.has(Manage::NAME);
        if !had || !self.rules.roles.still_allows(&caller.role, true, &manages) {
            return Err(Error::Forbidden);
        }
        // Who is at home here and no member may be an owner elsewhere.
        let member = C::member_of(session, clerk, user).optional()?;
        let role = member.map_or(OWNER.to_owned(), |member| member.role);
        self.check_above(scope, caller, &role)
    }
}

/// Refuses what was done, if nobody owns the tenant now who can sign in.
pub(super) fn check_owned<C: DirectoryConnection>(
    session: &mut Session<C>,
    clerk: &Clerk,
) -> Result<()> {
    for owner in C::users_as(session, clerk, OWNER)? {
        let logins = session.behind().logins_of(&owner)?;
        if logins.is_some_and(|logins| !logins.is_empty()) {
            return Ok(());
        }
    }
    Err(Error::LastOwner)
}

pub(super) fn unknown_role() -> Error {
    Error::Configuration {
        reason: "a member has a role of the directory's".into(),
    }
}
