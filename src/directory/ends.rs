//! The end of a key or a login, and of what was made with it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::result::QueryResult;
use uuid::Uuid;

use super::found_tenant;
use super::schema::{tenancy_api_keys, tenancy_invitations, tenancy_tenants, tenancy_visits};
use super::store::maybe_id128;
use crate::session::ScopedConnection;

/// How what was made with a key or a login ends.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct End {
    pub(super) at: NaiveDateTime,
    /// It is over at this moment; if there is none, it is revoked.
    pub(super) over: Option<NaiveDateTime>,
}

/// The statements that end what was made.
#[doc(hidden)]
pub trait Ends: ScopedConnection {
    /// Ends the keys and the open invitations of a tenant that were made with this key or login, and
    /// what was made with those; within a transaction, which is that tenant's from then on.
    #[doc(hidden)]
    fn end_made_with(&mut self, tenant: i64, way: Uuid, end: End) -> QueryResult<()>;
    /// The same of a user's login, at its home and where it is a guest; within a transaction of the
    /// home's.
    #[doc(hidden)]
    fn end_of_login(&mut self, user: (i64, i64), login: Uuid, at: NaiveDateTime)
    -> QueryResult<()>;
}

macro_rules! ends {
    ($feature:literal, $conn:ty, $tell:expr) => {
        #[cfg(feature = $feature)]
        impl Ends for $conn {
            fn end_made_with(&mut self, tenant: i64, way: Uuid, end: End) -> QueryResult<()> {
                $tell(self, tenant)?;
                let mut ways = vec![way];
                while let Some(way) = ways.pop() {
                    let keys = tenancy_api_keys::table
                        .filter(tenancy_api_keys::tenant_id.eq(tenant))
                        .filter(tenancy_api_keys::made_with.eq(maybe_id128(Some(way))))
                        .filter(tenancy_api_keys::deleted_at.is_null());
                    // Written before they are read: so a snapshot has those that are new.
                    diesel::update(keys)
                        .set(tenancy_api_keys::updated_at.eq(end.at))
                        .execute(self)?;
                    ways.extend(
                        keys.select(tenancy_api_keys::public_id)
                            .load::<Uuid>(self)?,
                    );
                    if let Some(until) = end.over {
                        let later = tenancy_api_keys::expires_at
                            .is_null()
                            .or(tenancy_api_keys::expires_at.gt(until));
                        diesel::update(keys.filter(later.assume_not_null()))
                            .set(tenancy_api_keys::expires_at.eq(until))
                            .execute(self)?;
                        continue;
                    }
                    diesel::update(keys)
                        .set(tenancy_api_keys::deleted_at.eq(end.at))
                        .execute(self)?;
                    let open = tenancy_invitations::table
                        .filter(tenancy_invitations::tenant_id.eq(tenant))
                        .filter(tenancy_invitations::made_with.eq(maybe_id128(Some(way))))
                        .filter(tenancy_invitations::accepted_at.is_null())
                        .filter(tenancy_invitations::deleted_at.is_null());
                    diesel::update(open)
                        .set((
                            tenancy_invitations::deleted_at.eq(end.at),
                            tenancy_invitations::updated_at.eq(end.at),
                        ))
                        .execute(self)?;
                }
                Ok(())
            }

            fn end_of_login(
                &mut self,
                (home, user): (i64, i64),
                login: Uuid,
                at: NaiveDateTime,
            ) -> QueryResult<()> {
                let visited: Vec<i64> = tenancy_visits::table
                    .filter(tenancy_visits::tenant_id.eq(home))
                    .filter(tenancy_visits::user_id.eq(user))
                    .order(tenancy_visits::visited_id)
                    .select(tenancy_visits::visited_id)
                    .load(self)?;
                let end = End { at, over: None };
                for tenant in visited {
                    $tell(self, tenant)?;
                    // What is being made there is there then, or finds the login revoked.
                    diesel::update(tenancy_tenants::table.find(tenant))
                        .set(tenancy_tenants::name.eq(tenancy_tenants::name))
                        .execute(self)?;
                    self.end_made_with(tenant, login, end)?;
                }
                self.end_made_with(home, login, end)
            }
        }
    };
}

ends!(
    "sqlite",
    diesel::SqliteConnection,
    found_tenant::sqlite::tell
);
ends!("mysql", diesel::MysqlConnection, found_tenant::mysql::tell);
ends!(
    "postgres",
    diesel::PgConnection,
    found_tenant::postgres::tell
);
