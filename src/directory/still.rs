//! Whether a scope's caller may still do what it could when it came in: asked in the transaction
//! in which something is made that lasts.

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
    /// the tenant is open, its membership goes on and allows this much, and the key that it came in
    /// by was not revoked. `work` learns what the caller is by now.
    pub(super) fn settled<A: CanWrite, T>(
        &self,
        scope: &TenantScope<i64, A>,
        permissions: &[&str],
        work: impl FnOnce(&mut Session<C>, &Clerk, &Membership) -> Result<T>,
    ) -> Result<T> {
        self.in_turn(scope, |_, _| Ok(()), permissions, work)
    }

    fn in_turn<A: CanWrite, T>(
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
        let who = user_of(scope)?;
        let is_open = C::own_tenant(session, clerk)?.disabled_at.is_none();
        let is_shut_out = C::shut_out(session, clerk)?.contains(&who);
        let caller = C::member_of(session, clerk, who).optional()?;
        let caller = caller.ok_or(Error::Forbidden)?;
        let allows = self
            .rules
            .roles
            .still_allows(&caller.role, true, permissions);
        if is_open && !is_shut_out && allows && self.is_key_good(session, clerk, scope)? {
            Ok(caller)
        } else {
            Err(Error::Forbidden)
        }
    }

    /// Of the key that the caller came in by; and if it did not, there is nothing to ask.
    fn is_key_good<A: Access>(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        scope: &TenantScope<i64, A>,
    ) -> Result<bool> {
        let Some(key) = scope.caller().key else {
            return Ok(true);
        };
        let key = C::key_of(session, clerk, key).optional()?;
        Ok(key.is_some_and(|key| !is_over(key.expires_at, self.db.now())))
    }

    /// As [`settled`](Self::settled), of who manages the tenant, and one after the other: of two
    /// owners who remove each other, one stays.
    pub(super) fn managed<T>(
        &self,
        scope: &TenantScope<i64, With<Manage>>,
        work: impl FnOnce(&mut Session<C>, &Clerk, &Membership) -> Result<T>,
    ) -> Result<T> {
        self.in_turn(scope, C::hold_tenant, &[Manage::NAME], work)
    }
}
