//! What the directory writes, within a tenant that is known by then.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use super::models::{
    ApiKey, Invitation, Login, Membership, NewApiKey, NewInvitation, NewLogin, NewMembership,
    NewRevokedToken, NewUser, RevokedToken, Tenant, User,
};
use super::roles::OWNER;
use super::schema::{tenancy_api_keys, tenancy_memberships, tenancy_tenants};
use crate::error::Result;
use crate::id::RowId;
use crate::identity::VerifiedLogin;
use crate::repo::Repo;
use crate::scope::TenantScope;
use crate::session::{RunScopedDsl, ScopedConnection, Session};

/// Who comes for the first time, with the ids that the new rows get.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct Newcomer<'a> {
    pub(super) login: &'a VerifiedLogin,
    pub(super) tenant: Uuid,
    pub(super) user: Uuid,
    pub(super) login_id: Uuid,
    pub(super) membership: Uuid,
}

/// Who comes into a tenant by an invitation.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct Guest<'a> {
    pub(super) membership: Uuid,
    pub(super) tenant: Uuid,
    pub(super) home: i64,
    pub(super) user_id: i64,
    pub(super) user: Uuid,
    pub(super) role: &'a str,
}

/// The statements of the directory within a tenant.
#[doc(hidden)]
pub trait Settles: ScopedConnection {
    /// The user, its login, and its membership in the tenant that is its home.
    #[doc(hidden)]
    fn settle(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        who: &Newcomer<'_>,
    ) -> Result<()>;
    /// A membership; again, with this role, if there was one.
    #[doc(hidden)]
    fn admit(session: &mut Session<Self>, scope: &TenantScope<i64>, who: &Guest<'_>) -> Result<()>;
    #[doc(hidden)]
    fn own_tenant(session: &mut Session<Self>, scope: &TenantScope<i64>) -> Result<Uuid>;
    #[doc(hidden)]
    fn invite(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        invitation: &NewInvitation<'_>,
    ) -> Result<Invitation>;
    #[doc(hidden)]
    fn add_key(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        key: &NewApiKey<'_>,
    ) -> Result<ApiKey>;
    #[doc(hidden)]
    fn find_key(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        id: RowId<ApiKey>,
    ) -> Result<ApiKey>;
    #[doc(hidden)]
    fn end_key(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        id: RowId<ApiKey>,
        at: NaiveDateTime,
    ) -> Result<()>;
    #[doc(hidden)]
    fn revoke_key(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        id: RowId<ApiKey>,
    ) -> Result<()>;
    #[doc(hidden)]
    fn revoke_token(
        session: &mut Session<Self>,
        scope: &TenantScope<i64>,
        token: &NewRevokedToken,
    ) -> Result<()>;
}

macro_rules! settles {
    ($feature:literal, $conn:ty) => {
        #[cfg(feature = $feature)]
        impl Settles for $conn {
            fn settle(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                who: &Newcomer<'_>,
            ) -> Result<()> {
                let login = who.login;
                let user: User = Repo::<User>::new(scope)
                    .insert(&NewUser {
                        public_id: who.user,
                        username: login.username.as_deref(),
                        display_name: login.display_name.as_deref(),
                        email: login.email.as_deref(),
                    })
                    .get_result(session)?;
                Repo::<Login>::new(scope)
                    .insert(&NewLogin {
                        public_id: who.login_id,
                        user_id: user.id,
                        issuer: login.issuer(),
                        subject: login.subject(),
                        proof: login.proof(),
                    })
                    .execute(session)?;
                let guest = Guest {
                    membership: who.membership,
                    tenant: who.tenant,
                    home: *scope.tenant(),
                    user_id: user.id.get(),
                    user: who.user,
                    role: OWNER,
                };
                Self::admit(session, scope, &guest)
            }

            fn admit(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                who: &Guest<'_>,
            ) -> Result<()> {
                let members = Repo::<Membership>::new(scope);
                let ended = members
                    .only_deleted()
                    .query()
                    .filter(tenancy_memberships::user_public_id.eq(crate::sql_types::id128(who.user)));
                if members.restore(ended).execute(session)? > 0 {
                    let again = members
                        .query()
                        .filter(tenancy_memberships::user_public_id.eq(crate::sql_types::id128(who.user)));
                    members
                        .update(again)
                        .set(tenancy_memberships::role.eq(who.role))
                        .execute(session)?;
                    return Ok(());
                }
                members
                    .insert(&NewMembership {
                        public_id: who.membership,
                        tenant_public_id: who.tenant,
                        user_home_id: who.home,
                        user_id: who.user_id,
                        user_public_id: who.user,
                        role: who.role,
                        display_name: None,
                    })
                    .execute(session)?;
                Ok(())
            }

            fn own_tenant(session: &mut Session<Self>, scope: &TenantScope<i64>) -> Result<Uuid> {
                Repo::<Tenant>::new(scope)
                    .query()
                    .select(tenancy_tenants::public_id)
                    .first(session)
            }

            fn invite(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                invitation: &NewInvitation<'_>,
            ) -> Result<Invitation> {
                Repo::<Invitation>::new(scope).insert(invitation).get_result(session)
            }

            fn add_key(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                key: &NewApiKey<'_>,
            ) -> Result<ApiKey> {
                Repo::<ApiKey>::new(scope).insert(key).get_result(session)
            }

            fn find_key(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                id: RowId<ApiKey>,
            ) -> Result<ApiKey> {
                Repo::<ApiKey>::new(scope).find(id).first(session)
            }

            fn end_key(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                id: RowId<ApiKey>,
                at: NaiveDateTime,
            ) -> Result<()> {
                Repo::<ApiKey>::new(scope)
                    .update(id)
                    .set(tenancy_api_keys::expires_at.eq(at))
                    .execute(session)
                    .map(drop)
            }

            fn revoke_key(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                id: RowId<ApiKey>,
            ) -> Result<()> {
                Repo::<ApiKey>::new(scope).delete(id).execute(session).map(drop)
            }

            fn revoke_token(
                session: &mut Session<Self>,
                scope: &TenantScope<i64>,
                token: &NewRevokedToken,
            ) -> Result<()> {
                Repo::<RevokedToken>::new(scope).insert(token).execute(session).map(drop)
            }
        }
    };
}

settles!("sqlite", diesel::SqliteConnection);
settles!("mysql", diesel::MysqlConnection);
settles!("postgres", diesel::PgConnection);
