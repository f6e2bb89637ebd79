//! What the directory reads and changes of the rows that it has made: the tenant, its users, its
//! members.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use super::clerk::Clerk;
use super::models::{ApiKey, Invitation, Login, Membership, Tenant, User, Visit};
use super::rows::UserOf;
use super::schema::{
    tenancy_api_keys, tenancy_memberships, tenancy_tenants, tenancy_users, tenancy_visits,
};
use crate::error::Result;
use crate::id::RowId;
use crate::session::{RunScopedDsl, ScopedConnection, Session};
use crate::sql_types::id128;

/// The statements within a tenant that is there already.
#[doc(hidden)]
pub trait Keeps: ScopedConnection {
    #[doc(hidden)]
    fn own_tenant(session: &mut Session<Self>, clerk: &Clerk) -> Result<Tenant>;
    #[doc(hidden)]
    fn rename_tenant(session: &mut Session<Self>, clerk: &Clerk, name: &str) -> Result<()>;
    /// Shuts the tenant, or opens it again.
    #[doc(hidden)]
    fn shut_tenant(
        session: &mut Session<Self>,
        clerk: &Clerk,
        since: Option<NaiveDateTime>,
    ) -> Result<()>;
    /// Waits until nobody else changes who owns the tenant.
    #[doc(hidden)]
    fn hold_tenant(session: &mut Session<Self>, clerk: &Clerk) -> Result<()>;

    #[doc(hidden)]
    fn find_user(session: &mut Session<Self>, clerk: &Clerk, id: RowId<User>) -> Result<User>;
    #[doc(hidden)]
    fn rename_user(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<User>,
        name: Option<&str>,
    ) -> Result<()>;
    /// Shuts a user out, or lets it in again.
    #[doc(hidden)]
    fn shut_user(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<User>,
        since: Option<NaiveDateTime>,
    ) -> Result<()>;
    #[doc(hidden)]
    fn find_login(session: &mut Session<Self>, clerk: &Clerk, id: RowId<Login>) -> Result<Login>;
    #[doc(hidden)]
    fn revoke_login(session: &mut Session<Self>, clerk: &Clerk, id: RowId<Login>) -> Result<()>;

    #[doc(hidden)]
    fn find_member(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<Membership>,
    ) -> Result<Membership>;
    #[doc(hidden)]
    fn member_of(session: &mut Session<Self>, clerk: &Clerk, user: Uuid) -> Result<Membership>;
    /// The users of the members who have this role.
    #[doc(hidden)]
    fn users_as(session: &mut Session<Self>, clerk: &Clerk, role: &str) -> Result<Vec<UserOf>>;
    /// The user of a member.
    #[doc(hidden)]
    fn user_of(session: &mut Session<Self>, clerk: &Clerk, user: Uuid) -> Result<UserOf>;
    #[doc(hidden)]
    fn rename_member(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<Membership>,
        name: Option<&str>,
    ) -> Result<()>;
    #[doc(hidden)]
    fn change_role(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<Membership>,
        role: &str,
    ) -> Result<()>;
    #[doc(hidden)]
    fn remove_member(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<Membership>,
    ) -> Result<()>;

    /// Where a user who is at home here is a guest.
    #[doc(hidden)]
    fn visits(session: &mut Session<Self>, clerk: &Clerk, user: Uuid) -> Result<Vec<Visit>>;
    /// The key of this public id, unless it was revoked.
    #[doc(hidden)]
    fn key_of(session: &mut Session<Self>, clerk: &Clerk, key: Uuid) -> Result<ApiKey>;
    #[doc(hidden)]
    fn find_invitation(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<Invitation>,
    ) -> Result<Invitation>;
    #[doc(hidden)]
    fn revoke_invitation(
        session: &mut Session<Self>,
        clerk: &Clerk,
        id: RowId<Invitation>,
    ) -> Result<()>;
}

/// What a membership says of its user: its own tenant's public id, the home, the key there, the
/// public id.
type Named = (Uuid, i64, i64, Uuid);

const NAMED: (
    tenancy_memberships::tenant_public_id,
    tenancy_memberships::user_home_id,
    tenancy_memberships::user_id,
    tenancy_memberships::user_public_id,
) = (
    tenancy_memberships::tenant_public_id,
    tenancy_memberships::user_home_id,
    tenancy_memberships::user_id,
    tenancy_memberships::user_public_id,
);

fn named(clerk: &Clerk, (tenant_public_id, home, user, public_id): Named) -> UserOf {
    UserOf {
        tenant: *clerk.tenant(),
        tenant_public_id,
        home,
        user,
        public_id,
    }
}

macro_rules! keeps {
    ($feature:literal, $conn:ty) => {
        #[cfg(feature = $feature)]
        impl Keeps for $conn {
            fn own_tenant(session: &mut Session<Self>, clerk: &Clerk) -> Result<Tenant> {
                clerk.repo::<Tenant>().query().first(session)
            }

            fn rename_tenant(session: &mut Session<Self>, clerk: &Clerk, name: &str) -> Result<()> {
                let own = RowId::from_raw(*clerk.tenant());
                let tenants = clerk.repo::<Tenant>();
                let renamed = tenants.update(own).set(tenancy_tenants::name.eq(name));
                renamed.execute(session).map(drop)
            }

            fn shut_tenant(
                session: &mut Session<Self>,
                clerk: &Clerk,
                since: Option<NaiveDateTime>,
            ) -> Result<()> {
                let own = RowId::from_raw(*clerk.tenant());
                let tenants = clerk.repo::<Tenant>();
                let shut = tenants
                    .update(own)
                    .set(tenancy_tenants::disabled_at.eq(since));
                shut.execute(session).map(drop)
            }

            fn hold_tenant(session: &mut Session<Self>, clerk: &Clerk) -> Result<()> {
                let own = RowId::from_raw(*clerk.tenant());
                let tenants = clerk.repo::<Tenant>();
                let held = tenants
                    .update(own)
                    .set(tenancy_tenants::name.eq(tenancy_tenants::name));
                held.execute(session).map(drop)
            }

            fn find_user(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<User>,
            ) -> Result<User> {
                clerk.repo::<User>().find(id).first(session)
            }

            fn rename_user(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<User>,
                name: Option<&str>,
            ) -> Result<()> {
                let users = clerk.repo::<User>();
                let renamed = users.update(id).set(tenancy_users::display_name.eq(name));
                renamed.execute(session).map(drop)
            }

            fn shut_user(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<User>,
                since: Option<NaiveDateTime>,
            ) -> Result<()> {
                let users = clerk.repo::<User>();
                let shut = users.update(id).set(tenancy_users::disabled_at.eq(since));
                shut.execute(session).map(drop)
            }

            fn find_login(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Login>,
            ) -> Result<Login> {
                clerk.repo::<Login>().find(id).first(session)
            }

            fn revoke_login(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Login>,
            ) -> Result<()> {
                clerk.repo::<Login>().delete(id).execute(session).map(drop)
            }

            fn find_member(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Membership>,
            ) -> Result<Membership> {
                clerk.repo::<Membership>().find(id).first(session)
            }

            fn member_of(
                session: &mut Session<Self>,
                clerk: &Clerk,
                user: Uuid,
            ) -> Result<Membership> {
                let members = clerk.repo::<Membership>().query();
                let own = tenancy_memberships::user_public_id.eq(id128(user));
                members.filter(own).first(session)
            }

            fn users_as(
                session: &mut Session<Self>,
                clerk: &Clerk,
                role: &str,
            ) -> Result<Vec<UserOf>> {
                let members = clerk.repo::<Membership>().query();
                let of_role = members.filter(tenancy_memberships::role.eq(role));
                let users: Vec<Named> = of_role.select(NAMED).load(session)?;
                Ok(users.into_iter().map(|user| named(clerk, user)).collect())
            }

            fn user_of(session: &mut Session<Self>, clerk: &Clerk, user: Uuid) -> Result<UserOf> {
                let members = clerk.repo::<Membership>().query();
                let own = members.filter(tenancy_memberships::user_public_id.eq(id128(user)));
                let user: Named = own.select(NAMED).first(session)?;
                Ok(named(clerk, user))
            }

            fn rename_member(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Membership>,
                name: Option<&str>,
            ) -> Result<()> {
                let members = clerk.repo::<Membership>();
                let renamed = members
                    .update(id)
                    .set(tenancy_memberships::display_name.eq(name));
                renamed.execute(session).map(drop)
            }

            fn change_role(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Membership>,
                role: &str,
            ) -> Result<()> {
                let members = clerk.repo::<Membership>();
                let changed = members.update(id).set(tenancy_memberships::role.eq(role));
                changed.execute(session).map(drop)
            }

            fn remove_member(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Membership>,
            ) -> Result<()> {
                let members = clerk.repo::<Membership>();
                members.delete(id).execute(session).map(drop)
            }

            fn visits(
                session: &mut Session<Self>,
                clerk: &Clerk,
                user: Uuid,
            ) -> Result<Vec<Visit>> {
                let own = tenancy_users::public_id.eq(id128(user));
                let own = clerk.repo::<User>().query().filter(own);
                let own: User = own.first(session)?;
                let visits = clerk.repo::<Visit>().query();
                let visits = visits.filter(tenancy_visits::user_id.eq(own.id));
                visits.order(tenancy_visits::id).load(session)
            }

            fn key_of(session: &mut Session<Self>, clerk: &Clerk, key: Uuid) -> Result<ApiKey> {
                let keys = clerk.repo::<ApiKey>().query();
                let this = tenancy_api_keys::public_id.eq(id128(key));
                keys.filter(this).first(session)
            }

            fn find_invitation(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Invitation>,
            ) -> Result<Invitation> {
                clerk.repo::<Invitation>().find(id).first(session)
            }

            fn revoke_invitation(
                session: &mut Session<Self>,
                clerk: &Clerk,
                id: RowId<Invitation>,
            ) -> Result<()> {
                let invitations = clerk.repo::<Invitation>();
                invitations.delete(id).execute(session).map(drop)
            }
        }
    };
}

keeps!("sqlite", diesel::SqliteConnection);
keeps!("mysql", diesel::MysqlConnection);
keeps!("postgres", diesel::PgConnection);
