//! What the directory writes, within a tenant that is known by then.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use super::clerk::Clerk;
use super::models::{ApiKey, Invitation, Login, Membership, RevokedToken, User};
use super::roles::OWNER;
use super::schema::{
    tenancy_api_keys, tenancy_invitations, tenancy_logins, tenancy_memberships,
    tenancy_revoked_tokens, tenancy_users,
};
use super::store::{Asks, maybe_id128};
use crate::error::Result;
use crate::id::RowId;
use crate::identity::VerifiedLogin;
use crate::session::{RunScopedDsl, Session};
use crate::sql_types::id128;

/// Who comes for the first time, with the ids that the new rows get.
#[doc(hidden)]
#[derive(Debug)]
pub struct Newcomer<'a> {
    pub(super) login: &'a VerifiedLogin,
    pub(super) tenant: Uuid,
    pub(super) at: NaiveDateTime,
}

/// Who comes into a tenant by an invitation.
#[doc(hidden)]
#[derive(Debug)]
pub struct Guest<'a> {
    pub(super) tenant: Uuid,
    pub(super) home: i64,
    pub(super) user_id: i64,
    pub(super) user: Uuid,
    pub(super) role: &'a str,
    pub(super) at: NaiveDateTime,
}

/// An invitation, with what proves it.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct NewInvitation<'a> {
    pub(super) tenant_public_id: Uuid,
    pub(super) role: &'a str,
    pub(super) note: Option<&'a str>,
    pub(super) proof: Uuid,
    pub(super) secret_hash: &'a [u8],
    pub(super) invited_by: Option<Uuid>,
    pub(super) made_with: Option<Uuid>,
    pub(super) expires_at: NaiveDateTime,
}

/// A key, with what proves it.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct NewApiKey<'a> {
    pub(super) user_public_id: Uuid,
    pub(super) name: &'a str,
    pub(super) prefix: &'a str,
    pub(super) proof: Uuid,
    pub(super) secret_hash: &'a [u8],
    pub(super) scopes: Option<&'a str>,
    pub(super) read_only: bool,
    pub(super) made_with: Option<Uuid>,
    pub(super) expires_at: Option<NaiveDateTime>,
}

/// The statements of the directory within a tenant.
#[doc(hidden)]
pub trait Settles: Asks {
    /// The user, its login, and its membership in the tenant that is its home.
    #[doc(hidden)]
    fn settle(session: &mut Session<Self>, clerk: &Clerk, who: &Newcomer<'_>) -> Result<()>;
    /// A membership; again, with this role, if there was one.
    #[doc(hidden)]
    fn admit(session: &mut Session<Self>, clerk: &Clerk, who: &Guest<'_>) -> Result<()>;
    /// Ends the keys of a member, and the invitations that it made and nobody has accepted.
    #[doc(hidden)]
    fn end_what_it_made(session: &mut Session<Self>, clerk: &Clerk, user: Uuid) -> Result<()>;
    #[doc(hidden)]
    fn end_invitations(session: &mut Session<Self>, clerk: &Clerk, user: Uuid) -> Result<()>;
    #[doc(hidden)]
    fn invite(
        session: &mut Session<Self>,
        clerk: &Clerk,
        invitation: &NewInvitation<'_>,
    ) -> Result<Invitation>;
    #[doc(hidden)]
    fn add_key(session: &mut Session<Self>, clerk: &Clerk, key: &NewApiKey<'_>) -> Result<ApiKey>;
    #[doc(hidden)]
    fn find_key(session: &mut Session<Self>, clerk: &Clerk, id: RowId<ApiKey>) -> Result<ApiKey>;
    #[doc(hidden)]
    fn end_key(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<ApiKey>,
        at: NaiveDateTime,
    ) -> Result<()>;
    #[doc(hidden)]
    fn revoke_key(session: &mut Session<Self>, clerk: &Clerk, id: RowId<ApiKey>) -> Result<()>;
    #[doc(hidden)]
    fn revoke_token(
        session: &mut Session<Self>,
        clerk: &Clerk,
        token: Uuid,
        until: NaiveDateTime,
    ) -> Result<()>;
}

macro_rules! settles {
    ($feature:literal, $conn:ty) => {
        #[cfg(feature = $feature)]
        impl Settles for $conn {
            fn settle(
                session: &mut Session<Self>,
                clerk: &Clerk,
                who: &Newcomer<'_>,
            ) -> Result<()> {
                let login = who.login;
                let user: User = clerk
                    .repo::<User>()
                    .insert((
                        tenancy_users::username.eq(login.username.as_deref()),
                        tenancy_users::display_name.eq(login.display_name.as_deref()),
                        tenancy_users::email.eq(login.email.as_deref()),
                    ))
                    .get_result(session)?;
                clerk
                    .repo::<Login>()
                    .insert((
                        tenancy_logins::user_id.eq(user.id),
                        tenancy_logins::issuer.eq(login.issuer()),
                        tenancy_logins::subject.eq(login.subject()),
                        tenancy_logins::proof.eq(id128(login.proof())),
                    ))
                    .execute(session)?;
                let guest = Guest {
                    tenant: who.tenant,
                    home: *clerk.tenant(),
                    user_id: user.id.get(),
                    user: user.public_id.get(),
                    role: OWNER,
                    at: who.at,
                };
                Self::admit(session, clerk, &guest)
            }

            fn admit(session: &mut Session<Self>, clerk: &Clerk, who: &Guest<'_>) -> Result<()> {
                let members = clerk.repo::<Membership>();
                let ended = members
                    .only_deleted()
                    .query()
                    .filter(tenancy_memberships::user_public_id.eq(id128(who.user)));
                if members.restore(ended).execute(session)? > 0 {
                    // Keys from before are not good again, nor are invitations.
                    Self::end_what_it_made(session, clerk, who.user)?;
                    let again = members
                        .query()
                        .filter(tenancy_memberships::user_public_id.eq(id128(who.user)));
                    members
                        .update(again)
                        .set(tenancy_memberships::role.eq(who.role))
                        .execute(session)?;
                    session.behind().begin_again(*clerk.tenant(), who)?;
                    return Ok(());
                }
                members
                    .insert((
                        tenancy_memberships::tenant_public_id.eq(id128(who.tenant)),
                        tenancy_memberships::user_home_id.eq(who.home),
                        tenancy_memberships::user_id.eq(who.user_id),
                        tenancy_memberships::user_public_id.eq(id128(who.user)),
                        tenancy_memberships::role.eq(who.role),
                    ))
                    .execute(session)?;
                Ok(())
            }

            fn end_what_it_made(
                session: &mut Session<Self>,
                clerk: &Clerk,
                user: Uuid,
            ) -> Result<()> {
                let keys = clerk.repo::<ApiKey>();
                let own = tenancy_api_keys::user_public_id.eq(id128(user));
                keys.delete(keys.query().filter(own)).execute(session)?;
                Self::end_invitations(session, clerk, user)
            }

            fn end_invitations(
                session: &mut Session<Self>,
                clerk: &Clerk,
                user: Uuid,
            ) -> Result<()> {
                let invitations = clerk.repo::<Invitation>();
                let open = invitations
                    .query()
                    .filter(tenancy_invitations::invited_by.eq(maybe_id128(Some(user))))
                    .filter(tenancy_invitations::accepted_at.is_null());
                invitations.delete(open).execute(session).map(drop)
            }

            fn invite(
                session: &mut Session<Self>,
                clerk: &Clerk,
                invitation: &NewInvitation<'_>,
            ) -> Result<Invitation> {
                clerk
                    .repo::<Invitation>()
                    .insert((
                        tenancy_invitations::tenant_public_id
                            .eq(id128(invitation.tenant_public_id)),
                        tenancy_invitations::role.eq(invitation.role),
                        tenancy_invitations::note.eq(invitation.note),
                        tenancy_invitations::proof.eq(id128(invitation.proof)),
                        tenancy_invitations::secret_hash.eq(invitation.secret_hash),
                        tenancy_invitations::invited_by.eq(maybe_id128(invitation.invited_by)),
                        tenancy_invitations::made_with.eq(maybe_id128(invitation.made_with)),
                        tenancy_invitations::expires_at.eq(invitation.expires_at),
                    ))
                    .get_result(session)
            }

            fn add_key(
                session: &mut Session<Self>,
                clerk: &Clerk,
                key: &NewApiKey<'_>,
            ) -> Result<ApiKey> {
                clerk
                    .repo::<ApiKey>()
                    .insert((
                        tenancy_api_keys::user_public_id.eq(id128(key.user_public_id)),
                        tenancy_api_keys::name.eq(key.name),
                        tenancy_api_keys::prefix.eq(key.prefix),
                        tenancy_api_keys::proof.eq(id128(key.proof)),
                        tenancy_api_keys::secret_hash.eq(key.secret_hash),
                        tenancy_api_keys::scopes.eq(key.scopes),
                        tenancy_api_keys::read_only.eq(key.read_only),
                        tenancy_api_keys::made_with.eq(maybe_id128(key.made_with)),
                        tenancy_api_keys::expires_at.eq(key.expires_at),
                    ))
                    .get_result(session)
            }

            fn find_key(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<ApiKey>,
            ) -> Result<ApiKey> {
                clerk.repo::<ApiKey>().find(id).first(session)
            }

            fn end_key(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<ApiKey>,
                at: NaiveDateTime,
            ) -> Result<()> {
                clerk
                    .repo::<ApiKey>()
                    .update(id)
                    .set(tenancy_api_keys::expires_at.eq(at))
                    .execute(session)
                    .map(drop)
            }

            fn revoke_key(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<ApiKey>,
            ) -> Result<()> {
                clerk.repo::<ApiKey>().delete(id).execute(session).map(drop)
            }

            fn revoke_token(
                session: &mut Session<Self>,
                clerk: &Clerk,
                token: Uuid,
                until: NaiveDateTime,
            ) -> Result<()> {
                clerk
                    .repo::<RevokedToken>()
                    .insert((
                        tenancy_revoked_tokens::token_id.eq(id128(token)),
                        tenancy_revoked_tokens::expires_at.eq(until),
                    ))
                    .execute(session)
                    .map(drop)
            }
        }
    };
}

settles!("sqlite", diesel::SqliteConnection);
settles!("mysql", diesel::MysqlConnection);
settles!("postgres", diesel::PgConnection);
