//! What the directory asks of a connection, before a tenant is known.

use chrono::NaiveDateTime;
use diesel::connection::TransactionManager;
use diesel::internal::derives::as_expression::Bound;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::Nullable;
use uuid::Uuid;

use super::ends::Ends;
use super::found_tenant;
use super::keep::Keeps;
use super::models::{ApiKey, Invitation, Login};
use super::rows::{InvitationRow, KeyRow, LoginRow, MemberRow, NewVisit, UserOf, UserRow};
use super::schema::{
    tenancy_api_keys, tenancy_invitations, tenancy_logins, tenancy_memberships, tenancy_operators,
    tenancy_revoked_tokens, tenancy_tenants, tenancy_users, tenancy_visits,
};
use super::settle::{Guest, Settles};
use crate::key::KeyRef;
use crate::prove::prove;
use crate::session::{ScopedConnection, Tells};
use crate::sql_types::{Id128, id128};

/// The connections over which the [`Directory`](crate::directory::Directory) works: all that a
/// [`Database`](crate::Database) can pool. Sealed.
pub trait DirectoryConnection: Asks + Settles + Keeps + Ends {}

impl<C: Asks + Settles + Keeps + Ends> DirectoryConnection for C {}

/// The questions of the directory. Each is about one credential, or about one tenant that was
/// proven.
#[doc(hidden)]
pub trait Asks: ScopedConnection {
    #[doc(hidden)]
    fn keys(&mut self, proof: Uuid) -> QueryResult<Vec<KeyRow>>;
    #[doc(hidden)]
    fn logins(&mut self, proof: Uuid) -> QueryResult<Vec<LoginRow>>;
    #[doc(hidden)]
    fn invitations(&mut self, proof: Uuid) -> QueryResult<Vec<InvitationRow>>;
    /// The tenant of this public id, if a user who is at home here is a member there.
    #[doc(hidden)]
    fn visited(&mut self, home: i64, user: i64, tenant: Uuid) -> QueryResult<Option<i64>>;
    /// Notes, within a transaction, where a user is a member.
    #[doc(hidden)]
    fn note_visit(&mut self, visit: &NewVisit) -> QueryResult<()>;
    /// The logins of a member's user, within a transaction of the tenant's: none if the user is
    /// shut out, or its home knows nothing of the membership.
    #[doc(hidden)]
    fn logins_of(&mut self, member: &UserOf) -> QueryResult<Option<Vec<Uuid>>>;
    #[doc(hidden)]
    fn membership(&mut self, tenant: i64, user: Uuid) -> QueryResult<Option<MemberRow>>;
    /// The user, if nobody has shut it out.
    #[doc(hidden)]
    fn user(&mut self, home: i64, id: i64) -> QueryResult<Option<UserRow>>;
    /// Whether there is the tenant, and nobody has shut it.
    #[doc(hidden)]
    fn is_open(&mut self, tenant: i64) -> QueryResult<bool>;
    #[doc(hidden)]
    fn is_operator(&mut self, home: i64, user: i64) -> QueryResult<bool>;
    /// The key of this public id, if nobody has revoked it.
    #[doc(hidden)]
    fn key(&mut self, tenant: i64, key: Uuid) -> QueryResult<Option<KeyRow>>;
    /// Whether nobody has revoked this login of a user's.
    #[doc(hidden)]
    fn has_login(&mut self, user: &UserRow, login: Uuid) -> QueryResult<bool>;
    #[doc(hidden)]
    fn is_revoked(&mut self, tenant: i64, token: Uuid) -> QueryResult<bool>;
    #[doc(hidden)]
    fn touch_key(&mut self, key: &KeyRow, now: NaiveDateTime) -> QueryResult<()>;
    /// Says of a membership that goes on after an end that it began now: within a transaction.
    #[doc(hidden)]
    fn begin_again(&mut self, tenant: i64, who: &Guest<'_>) -> QueryResult<()>;
    /// Takes an invitation, unless somebody has.
    #[doc(hidden)]
    fn take_invitation(
        &mut self,
        invitation: i64,
        by: Uuid,
        now: NaiveDateTime,
    ) -> QueryResult<bool>;
    /// Inserts a tenant, and tells the rest of the transaction that it is this one's.
    #[doc(hidden)]
    fn found_tenant(&mut self, id: Uuid, name: &str, now: NaiveDateTime) -> QueryResult<i64>;
}

pub(super) fn maybe_id128(id: Option<Uuid>) -> Bound<Nullable<Id128>, Option<Uuid>> {
    Bound::new(id)
}

/// Runs what must know the tenant, in a transaction of its own.
pub(super) fn told<C: ScopedConnection, R>(
    conn: &mut C,
    tenant: i64,
    writes: bool,
    work: impl FnOnce(&mut C) -> QueryResult<R>,
) -> QueryResult<R> {
    conn.begin(writes, Tells::AtOnce(KeyRef::Int(tenant)))?;
    let done = work(conn).and_then(|value| {
        C::TransactionManager::commit_transaction(conn)?;
        Ok(value)
    });
    if done.is_err() {
        conn.end_transactions();
    }
    done
}

macro_rules! asks {
    ($feature:literal, $conn:ty, $found_tenant:expr, $tell:expr) => {
        #[cfg(feature = $feature)]
        impl Asks for $conn {
            fn keys(&mut self, proof: Uuid) -> QueryResult<Vec<KeyRow>> {
                prove::<ApiKey, KeyRow, _>(self, &proof)
            }

            fn logins(&mut self, proof: Uuid) -> QueryResult<Vec<LoginRow>> {
                prove::<Login, LoginRow, _>(self, &proof)
            }

            fn invitations(&mut self, proof: Uuid) -> QueryResult<Vec<InvitationRow>> {
                prove::<Invitation, InvitationRow, _>(self, &proof)
            }

            fn visited(&mut self, home: i64, user: i64, tenant: Uuid) -> QueryResult<Option<i64>> {
                told(self, home, false, |conn| {
                    tenancy_visits::table
                        .filter(tenancy_visits::tenant_id.eq(home))
                        .filter(tenancy_visits::user_id.eq(user))
                        .filter(tenancy_visits::visited_public_id.eq(id128(tenant)))
                        .select(tenancy_visits::visited_id)
                        .first(conn)
                        .optional()
                })
            }

            fn logins_of(&mut self, member: &UserOf) -> QueryResult<Option<Vec<Uuid>>> {
                $tell(self, member.home)?;
                let user = tenancy_users::table
                    .filter(tenancy_users::tenant_id.eq(member.home))
                    .filter(tenancy_users::id.eq(member.user))
                    .filter(tenancy_users::public_id.eq(id128(member.public_id)))
                    .filter(tenancy_users::deleted_at.is_null())
                    .filter(tenancy_users::disabled_at.is_null())
                    .select(tenancy_users::id)
                    .first::<i64>(self)
                    .optional()?;
                let visited = tenancy_visits::table
                    .filter(tenancy_visits::tenant_id.eq(member.home))
                    .filter(tenancy_visits::user_id.eq(member.user))
                    .filter(tenancy_visits::visited_public_id.eq(id128(member.tenant_public_id)))
                    .select(tenancy_visits::visited_id)
                    .first::<i64>(self)
                    .optional()?;
                let logins = tenancy_logins::table
                    .filter(tenancy_logins::tenant_id.eq(member.home))
                    .filter(tenancy_logins::user_id.eq(member.user))
                    .filter(tenancy_logins::deleted_at.is_null())
                    .select(tenancy_logins::public_id)
                    .load(self)?;
                $tell(self, member.tenant)?;
                let is_known = member.home == member.tenant || visited == Some(member.tenant);
                Ok(user.filter(|_| is_known).map(|_| logins))
            }

            fn note_visit(&mut self, visit: &NewVisit) -> QueryResult<()> {
                $tell(self, visit.home)?;
                let there = tenancy_visits::table
                    .filter(tenancy_visits::tenant_id.eq(visit.home))
                    .filter(tenancy_visits::user_id.eq(visit.user))
                    .filter(tenancy_visits::visited_public_id.eq(id128(visit.public_id)))
                    .select(tenancy_visits::id)
                    .first::<i64>(self)
                    .optional()?;
                if there.is_some() {
                    return Ok(());
                }
                diesel::insert_into(tenancy_visits::table)
                    .values((
                        tenancy_visits::tenant_id.eq(visit.home),
                        tenancy_visits::user_id.eq(visit.user),
                        tenancy_visits::visited_id.eq(visit.tenant),
                        tenancy_visits::visited_public_id.eq(id128(visit.public_id)),
                        tenancy_visits::created_at.eq(visit.at),
                    ))
                    .execute(self)
                    .map(drop)
            }

            fn membership(&mut self, tenant: i64, user: Uuid) -> QueryResult<Option<MemberRow>> {
                told(self, tenant, false, |conn| {
                    tenancy_memberships::table
                        .filter(tenancy_memberships::tenant_id.eq(tenant))
                        .filter(tenancy_memberships::user_public_id.eq(id128(user)))
                        .filter(tenancy_memberships::deleted_at.is_null())
                        .select(MemberRow::as_select())
                        .first(conn)
                        .optional()
                })
            }

            fn user(&mut self, home: i64, id: i64) -> QueryResult<Option<UserRow>> {
                told(self, home, false, |conn| {
                    tenancy_users::table
                        .filter(tenancy_users::tenant_id.eq(home))
                        .filter(tenancy_users::id.eq(id))
                        .filter(tenancy_users::deleted_at.is_null())
                        .filter(tenancy_users::disabled_at.is_null())
                        .select(UserRow::as_select())
                        .first(conn)
                        .optional()
                })
            }

            fn is_open(&mut self, tenant: i64) -> QueryResult<bool> {
                told(self, tenant, false, |conn| {
                    tenancy_tenants::table
                        .filter(tenancy_tenants::id.eq(tenant))
                        .filter(tenancy_tenants::deleted_at.is_null())
                        .filter(tenancy_tenants::disabled_at.is_null())
                        .select(tenancy_tenants::id)
                        .first::<i64>(conn)
                        .optional()
                        .map(|found| found.is_some())
                })
            }

            fn is_operator(&mut self, home: i64, user: i64) -> QueryResult<bool> {
                told(self, home, false, |conn| {
                    tenancy_operators::table
                        .filter(tenancy_operators::tenant_id.eq(home))
                        .filter(tenancy_operators::user_id.eq(user))
                        .select(tenancy_operators::created_at)
                        .first::<NaiveDateTime>(conn)
                        .optional()
                        .map(|found| found.is_some())
                })
            }

            fn key(&mut self, tenant: i64, key: Uuid) -> QueryResult<Option<KeyRow>> {
                told(self, tenant, false, |conn| {
                    tenancy_api_keys::table
                        .filter(tenancy_api_keys::tenant_id.eq(tenant))
                        .filter(tenancy_api_keys::public_id.eq(id128(key)))
                        .filter(tenancy_api_keys::deleted_at.is_null())
                        .select(KeyRow::as_select())
                        .first(conn)
                        .optional()
                })
            }

            fn has_login(&mut self, user: &UserRow, login: Uuid) -> QueryResult<bool> {
                told(self, user.tenant_id, false, |conn| {
                    tenancy_logins::table
                        .filter(tenancy_logins::tenant_id.eq(user.tenant_id))
                        .filter(tenancy_logins::user_id.eq(user.id))
                        .filter(tenancy_logins::public_id.eq(id128(login)))
                        .filter(tenancy_logins::deleted_at.is_null())
                        .select(tenancy_logins::id)
                        .first::<i64>(conn)
                        .optional()
                        .map(|found| found.is_some())
                })
            }

            fn is_revoked(&mut self, tenant: i64, token: Uuid) -> QueryResult<bool> {
                told(self, tenant, false, |conn| {
                    tenancy_revoked_tokens::table
                        .filter(tenancy_revoked_tokens::tenant_id.eq(tenant))
                        .filter(tenancy_revoked_tokens::token_id.eq(id128(token)))
                        .select(tenancy_revoked_tokens::id)
                        .first::<i64>(conn)
                        .optional()
                        .map(|found| found.is_some())
                })
            }

            fn touch_key(&mut self, key: &KeyRow, now: NaiveDateTime) -> QueryResult<()> {
                told(self, key.tenant_id, true, |conn| {
                    let row = tenancy_api_keys::table
                        .filter(tenancy_api_keys::tenant_id.eq(key.tenant_id))
                        .filter(tenancy_api_keys::id.eq(key.id));
                    diesel::update(row)
                        .set(tenancy_api_keys::last_used_at.eq(now))
                        .execute(conn)
                        .map(drop)
                })
            }

            fn begin_again(&mut self, tenant: i64, who: &Guest<'_>) -> QueryResult<()> {
                let own = tenancy_memberships::table
                    .filter(tenancy_memberships::tenant_id.eq(tenant))
                    .filter(tenancy_memberships::user_public_id.eq(id128(who.user)));
                diesel::update(own)
                    .set(tenancy_memberships::created_at.eq(who.at))
                    .execute(self)
                    .map(drop)
            }

            fn take_invitation(
                &mut self,
                invitation: i64,
                by: Uuid,
                now: NaiveDateTime,
            ) -> QueryResult<bool> {
                let row = tenancy_invitations::table
                    .filter(tenancy_invitations::id.eq(invitation))
                    .filter(tenancy_invitations::accepted_at.is_null())
                    .filter(tenancy_invitations::deleted_at.is_null());
                let taken = diesel::update(row)
                    .set((
                        tenancy_invitations::accepted_at.eq(now),
                        tenancy_invitations::accepted_by.eq(maybe_id128(Some(by))),
                        tenancy_invitations::updated_at.eq(now),
                    ))
                    .execute(self)?;
                Ok(taken == 1)
            }

            fn found_tenant(
                &mut self,
                id: Uuid,
                name: &str,
                now: NaiveDateTime,
            ) -> QueryResult<i64> {
                $found_tenant(self, id, name, now)
            }
        }
    };
}

asks!(
    "sqlite",
    diesel::SqliteConnection,
    found_tenant::sqlite::found_tenant,
    found_tenant::sqlite::tell
);
asks!(
    "mysql",
    diesel::MysqlConnection,
    found_tenant::mysql::found_tenant,
    found_tenant::mysql::tell
);
asks!(
    "postgres",
    diesel::PgConnection,
    found_tenant::postgres::found_tenant,
    found_tenant::postgres::tell
);
