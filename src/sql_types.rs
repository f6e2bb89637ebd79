//! The crate's one SQL type, so that one `table!` serves every backend.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromStaticSqlRow, Queryable};
use diesel::internal::derives::as_expression::Bound;
use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;
use uuid::Uuid;

/// A 128-bit identifier. On SQLite it is a `BLOB` of 16 bytes, in network order
/// (RFC 9562, section 4); on PostgreSQL a `uuid`, on MariaDB a `UUID` or a `BINARY(16)`, on MySQL
/// a `BINARY(16)`.
///
/// Say `tenancy::sql_types::Id128` in a `table!`; in Rust it is a
/// [`uuid::Uuid`].
///
/// ```
/// diesel::table! {
///     orders (id) {
///         id -> BigInt,
///         tenant_id -> tenancy::sql_types::Id128,
///         title -> Text,
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Binary")))]
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 2950, array_oid = 2951))
)]
#[cfg_attr(feature = "mysql", diesel(mysql_type(name = "Blob")))]
pub struct Id128;

/// A UUID as a value in an expression: `orders::tenant_id.eq(id128(id))`.
///
/// diesel's own conversion cannot be implemented for `uuid::Uuid` outside of diesel
/// and `uuid`. Fields of structs, and keys, need no conversion.
#[must_use]
pub fn id128(id: Uuid) -> Bound<Id128, Uuid> {
    Bound::new(id)
}

impl<DB: Backend> Queryable<Id128, DB> for Uuid
where
    Uuid: FromSql<Id128, DB> + FromStaticSqlRow<Id128, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    //! 16 bytes, and nothing else.

    use diesel::deserialize::{self, FromSql};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sql_types::Binary;
    use diesel::sqlite::Sqlite;
    use uuid::Uuid;

    use super::Id128;

    impl ToSql<Id128, Sqlite> for Uuid {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(self.as_bytes().as_slice());
            Ok(IsNull::No)
        }
    }

    impl FromSql<Id128, Sqlite> for Uuid {
        fn from_sql(
            value: <Sqlite as diesel::backend::Backend>::RawValue<'_>,
        ) -> deserialize::Result<Self> {
            let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
            Ok(Uuid::from_slice(&bytes)?)
        }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! bytes_of {
    ($feature:literal, $db:ty, $read:ident) => {
        #[cfg(feature = $feature)]
        impl diesel::serialize::ToSql<Id128, $db> for Uuid {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $db>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        #[cfg(feature = $feature)]
        impl FromSql<Id128, $db> for Uuid {
            fn from_sql(value: <$db as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                $read(value.as_bytes())
            }
        }
    };
}

#[cfg(feature = "postgres")]
bytes_of!("postgres", diesel::pg::Pg, of_bytes);
#[cfg(feature = "mysql")]
bytes_of!("mysql", diesel::mysql::Mysql, of_bytes_or_text);

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn of_bytes(bytes: &[u8]) -> deserialize::Result<Uuid> {
    Ok(Uuid::from_slice(bytes)?)
}

/// MariaDB sends its own `UUID` as 36 characters
/// (<https://mariadb.com/docs/server/reference/data-types/string-data-types/uuid-data-type>).
#[cfg(feature = "mysql")]
fn of_bytes_or_text(bytes: &[u8]) -> deserialize::Result<Uuid> {
    if bytes.len() == uuid::fmt::Hyphenated::LENGTH {
        return Ok(Uuid::try_parse_ascii(bytes)?);
    }
    of_bytes(bytes)
}
