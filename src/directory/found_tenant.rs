//! How a tenant gets its number, and how the rest of the transaction becomes this tenant's.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::result::QueryResult;
use uuid::Uuid;

use super::schema::tenancy_tenants;
use crate::sql_types::id128;

/// Where the database counts while it inserts: the row is found by its public id, which is new.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
macro_rules! inserted_and_found {
    ($feature:literal, $name:ident, $conn:ty) => {
        #[cfg(feature = $feature)]
        pub(super) mod $name {
            //! The database counts while it inserts.

            use super::*;

            /// There is nobody to tell.
            pub(in crate::directory) fn tell(_: &mut $conn, _: i64) -> QueryResult<()> {
                Ok(())
            }

            pub(in crate::directory) fn found_tenant(
                conn: &mut $conn,
                id: Uuid,
                name: &str,
                now: NaiveDateTime,
            ) -> QueryResult<i64> {
                diesel::insert_into(tenancy_tenants::table)
                    .values((
                        tenancy_tenants::public_id.eq(id128(id)),
                        tenancy_tenants::name.eq(name),
                        tenancy_tenants::created_at.eq(now),
                        tenancy_tenants::updated_at.eq(now),
                    ))
                    .execute(conn)?;
                tenancy_tenants::table
                    .filter(tenancy_tenants::public_id.eq(id128(id)))
                    .select(tenancy_tenants::id)
                    .first(conn)
            }
        }
    };
}

#[cfg(feature = "sqlite")]
inserted_and_found!("sqlite", sqlite, diesel::SqliteConnection);
#[cfg(feature = "mysql")]
inserted_and_found!("mysql", mysql, diesel::MysqlConnection);

#[cfg(feature = "postgres")]
pub(super) mod postgres {
    //! The number is taken first, so that row security lets the row in, and no other.

    use diesel::connection::SimpleConnection;
    use diesel::sql_types::BigInt;

    use super::*;

    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }

    const NEXT: &str = "SELECT nextval(pg_get_serial_sequence('tenancy_tenants', 'id')) AS number";

    /// From here to the end of the transaction it is this tenant's.
    pub(in crate::directory) fn tell(
        conn: &mut diesel::PgConnection,
        tenant: i64,
    ) -> QueryResult<()> {
        conn.batch_execute(&format!("SET LOCAL tenancy.tenant_id = '{tenant}'"))
    }

    pub(in crate::directory) fn found_tenant(
        conn: &mut diesel::PgConnection,
        id: Uuid,
        name: &str,
        now: NaiveDateTime,
    ) -> QueryResult<i64> {
        let Number { number } = diesel::sql_query(NEXT).get_result(conn)?;
        tell(conn, number)?;
        diesel::insert_into(tenancy_tenants::table)
            .values((
                tenancy_tenants::id.eq(number),
                tenancy_tenants::public_id.eq(id128(id)),
                tenancy_tenants::name.eq(name),
                tenancy_tenants::created_at.eq(now),
                tenancy_tenants::updated_at.eq(now),
            ))
            .execute(conn)?;
        Ok(number)
    }
}
