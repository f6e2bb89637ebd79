//! Whether a scope's caller may still do what it could when it came in: asked in the transaction
//! in which something is made that lasts.

use uuid::Uuid;

use super::clerk::{Clerk, by_clerk};
use super::models::Membership;
use super::principal::is_over;
use super::store::DirectoryConnection;
use super::{Directory, Manage, user_of};
use crate::error::{Error, OptionalExtension as _, Result};
use crate::identity::Permission as _;
use crate::scope::{Access, CanWrite, TenantScope, With};
use crate::session::Session;

impl<C: DirectoryConnection> Directory<C> {
    /// Runs `work` in one transaction of the scope's tenant, as the clerk, if the caller still may:
    /// the tenant is open, its membership goes on and allows this much, and neither the user nor the
    /// key or login that it came in by has ended. `work` learns what the caller is by now.
    pub(super) fn settled<A: CanWrite, T>(
        &self,
        scope: &TenantScope<i64, A>,
        permissions: &[&str],
        work: impl FnOnce(&mut Session<C>, &Clerk, &Membership) -> Result<T>,
    ) -> Result<T> {
        self.settled_after(scope, |_, _| Ok(()), permissions, work)
    }

    /// As [`settled`](Self::settled), one after the other: what is made meanwhile is seen by what
    /// ends all that somebody made, and of two owners who remove each other, one stays.
    pub(super) fn in_turn<A: CanWrite, T>(
        &self,
        scope: &TenantScope<i64, A>,
        permissions: &[&str],
        work: impl FnOnce(&mut Session<C>, &Clerk, &Membership) -> Result<T>,
    ) -> Result<T> {
        self.settled_after(scope, C::hold_tenant, permissions, work)
    }

    fn settled_after<A: CanWrite, T>(
        &self,
        scope: &TenantScope<i64, A>,
        wait: impl FnOnce(&mut Session<C>, &Clerk) -> Result<()>,
        permissions: &[&str],
        work: impl FnOnce(&mut Session<C>, &Clerk, &Membership) -> Result<T>,
    ) -> Result<T> {
        let scope = scope.read_write();
        let mut session = self.db.session(&scope)?;
        session.transaction(|session| {
            by_clerk(session, &scope, |session, clerk| {
                wait(session, clerk)?;
                let caller = self.still_may(session, clerk, &scope, permissions)?;
                work(session, clerk, &caller)
            })
        })
    }

    fn still_may<A: Access>(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        scope: &TenantScope<i64, A>,
        permissions: &[&str],
    ) -> Result<Membership> {
        let who = (user_of(scope)?, scope.caller().came_by());
        let caller = self.still(session, clerk, who, permissions)?;
        caller.ok_or(Error::Forbidden)
    }

    /// What a user is here by now who came in this way, if it may come in and do this much.
    pub(super) fn still(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        who: (Uuid, Option<Uuid>),
        permissions: &[&str],
    ) -> Result<Option<Membership>> {
        let is_open = is_open(session, clerk)?;
        let Some(member) = C::member_of(session, clerk, who.0).optional()? else {
            return Ok(None);
        };
        let roles = &self.rules.roles;
        let allows = roles.still_allows(&member.role, true, permissions);
        let is_good = is_open && allows && self.is_way_good(session, clerk, who)?;
        Ok(is_good.then_some(member))
    }

    /// Whether a member's user is not shut out at its home, and still has the key or login that it
    /// came in by, if it was one of the directory's.
    fn is_way_good(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        (user, way): (Uuid, Option<Uuid>),
    ) -> Result<bool> {
        let at_home = C::user_of(session, clerk, user)?;
        let Some(logins) = session.behind().logins_of(&at_home)? else {
            return Ok(false);
        };
        let Some(way) = way.filter(|way| !logins.contains(way)) else {
            return Ok(true);
        };
        let key = C::key_of(session, clerk, way).optional()?;
        Ok(key.is_some_and(|key| !is_over(key.expires_at, self.db.now())))
    }

    /// As [`in_turn`](Self::in_turn), of who manages the tenant.
    pub(super) fn managed<T>(
        &self,
        scope: &TenantScope<i64, With<Manage>>,
        work: impl FnOnce(&mut Session<C>, &Clerk, &Membership) -> Result<T>,
    ) -> Result<T> {
        self.in_turn(scope, &[Manage::NAME], work)
    }
}

/// Whether nobody has shut the clerk's tenant.
pub(super) fn is_open<C: DirectoryConnection>(
    session: &mut Session<C>,
    clerk: &Clerk,
) -> Result<bool> {
    let tenant = C::own_tenant(session, clerk).optional()?;
    Ok(tenant.is_some_and(|tenant| tenant.disabled_at.is_none()))
}
