//! Users at home in a tenant: their names, and whether they may come in anywhere.

use chrono::NaiveDateTime;
use uuid::Uuid;

use super::clerk::{Clerk, by_clerk};
use super::members::check_owned;
use super::models::{Login, Membership, User, Visit};
use super::roles::OWNER;
use super::store::DirectoryConnection;
use super::{Directory, Manage};
use crate::clock::whole_micros;
use crate::error::{OptionalExtension as _, Result};
use crate::id::RowId;
use crate::scope::{TenantScope, With};
use crate::session::Session;

type Manages = TenantScope<i64, With<Manage>>;

impl<C: DirectoryConnection> Directory<C> {
    /// Gives a user who is at home in the tenant another name to show. The caller is that user, or
    /// may [manage](super::Manage) the tenant.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if no such user is at home in the tenant; [`Error::Forbidden`] for
    /// another user without the permission or with more than the caller has, if the caller's
    /// membership or key has ended, or if it is not a user of the directory; and those of a session.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::Forbidden`]: crate::Error::Forbidden
    pub fn rename_user(
        &self,
        scope: &TenantScope<i64>,
        id: RowId<User>,
        name: Option<&str>,
    ) -> Result<()> {
        self.settled(scope, &[], |session, clerk, caller| {
            let user = C::find_user(session, clerk, id)?;
            if user.public_id != caller.user_public_id {
                self.check_reaches(session, clerk, (scope, caller), user.public_id.get())?;
            }
            C::rename_user(session, clerk, id, name)
        })
    }

    /// Where the caller is a guest, of the scope of its home: what
    /// [`sign_in`](Self::sign_in) takes for the tenant to come into, beside none for the home itself.
    /// Whether it still is a member there, that tenant says.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] in the scope of a tenant where the caller is not at
    /// home; [`Error::Forbidden`] if it is not a user of the directory; and
    /// those of a session.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::Forbidden`]: crate::Error::Forbidden
    pub fn visits(&self, scope: &TenantScope<i64>) -> Result<Vec<Visit>> {
        let user = super::user_of(scope)?;
        by_clerk(&mut self.db.session(scope)?, scope, |session, clerk| {
            C::visits(session, clerk, user)
        })
    }

    /// Shuts a user who is at home in the tenant out of it, and of each other one. Scopes that are
    /// open go on as [`lasting`](Self::lasting) says.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if no such user is at home in the tenant; [`Error::Forbidden`] if the
    /// caller has less than the user's role here, may no longer manage the tenant, or is not a user
    /// of the directory; [`Error::LastOwner`] if nobody would own the tenant; and those of a
    /// session.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::Forbidden`]: crate::Error::Forbidden
    /// [`Error::LastOwner`]: crate::Error::LastOwner
    pub fn disable_user(&self, scope: &Manages, id: RowId<User>) -> Result<()> {
        let since = Some(whole_micros(self.db.now()));
        self.managed(scope, |session, clerk, caller| {
            self.shut(session, clerk, (scope, caller), id, since)
        })
    }

    /// Lets a user in again who was shut out.
    ///
    /// # Errors
    ///
    /// As [`disable_user`](Self::disable_user).
    pub fn enable_user(&self, scope: &Manages, id: RowId<User>) -> Result<()> {
        self.managed(scope, |session, clerk, caller| {
            self.shut(session, clerk, (scope, caller), id, None)
        })
    }

    fn shut(
        &self,
        session: &mut Session<C>,
        clerk: &Clerk,
        (scope, caller): (&Manages, &Membership),
        id: RowId<User>,
        since: Option<NaiveDateTime>,
    ) -> Result<()> {
        let user = C::find_user(session, clerk, id)?.public_id.get();
        self.check_reaches(session, clerk, (scope, caller), user)?;
        C::shut_user(session, clerk, id, since)?;
        if since.is_some() {
            leaves_an_owner(session, clerk, user)?;
        }
        Ok(())
    }

    /// Ends a way in of a user who is at home in the tenant. The login lets nobody in from then on,
    /// and makes no new user either. What was made with it ends too, here and wherever the user is a
    /// guest: keys, what was made with those, and open invitations. Scopes that are open make
    /// nothing that lasts from then on, and end as [`lasting`](Self::lasting) says.
    ///
    /// There is no way back: the user comes in no more, unless it has another login.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the tenant has no such login; [`Error::Forbidden`] if the caller has
    /// less than the user's role here, may no longer manage the tenant, or is not a user of the
    /// directory; [`Error::LastOwner`] if nobody could sign in who owns the tenant; and those of a
    /// session.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::Forbidden`]: crate::Error::Forbidden
    /// [`Error::LastOwner`]: crate::Error::LastOwner
    pub fn revoke_login(&self, scope: &Manages, id: RowId<Login>) -> Result<()> {
        self.managed(scope, |session, clerk, caller| {
            let login = C::find_login(session, clerk, id)?;
            let user = C::find_user(session, clerk, login.user_id)?;
            self.check_reaches(session, clerk, (scope, caller), user.public_id.get())?;
            C::revoke_login(session, clerk, id)?;
            leaves_an_owner(session, clerk, user.public_id.get())?;
            let at = whole_micros(self.db.now());
            let home = (*clerk.tenant(), user.id.get());
            Ok(session
                .behind()
                .end_of_login(home, login.public_id.get(), at)?)
        })
    }
}

/// Refuses what was done to this user, if it was the last owner who could sign in.
fn leaves_an_owner<C: DirectoryConnection>(
    session: &mut Session<C>,
    clerk: &Clerk,
    user: Uuid,
) -> Result<()> {
    match C::member_of(session, clerk, user).optional()? {
        Some(member) if member.role == OWNER => check_owned(session, clerk),
        _ => Ok(()),
    }
}
