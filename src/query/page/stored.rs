//! A value as the database stores it, and as bytes in a cursor.
//!
//! A cursor holds what the database has, not what Rust makes of it: a time that was
//! written in another way than diesel would write it must find its own place again.

use diesel::deserialize::{self, FromSql, Queryable};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::sql_types::SingleValue;

use crate::query::dialect::Dialect;

/// A value as the database stores it.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A floating point number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// How a backend reads, binds and sorts the values of an order's columns.
pub trait KeyDialect: Dialect {
    /// Whether NULL comes before all values of an ascending order.
    const NULLS_FIRST: bool;

    #[doc(hidden)]
    fn push_stored<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b Stored) -> QueryResult<()>;
}

impl<ST, DB> Queryable<ST, DB> for Stored
where
    DB: KeyDialect,
    ST: SingleValue,
    Stored: FromSql<ST, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl Stored {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(0),
            Self::Integer(number) => {
                out.push(1);
                out.extend(number.to_be_bytes());
            }
            Self::Real(number) => {
                out.push(2);
                out.extend(number.to_be_bytes());
            }
            Self::Text(text) => {
                out.push(3);
                write_bytes(text.as_bytes(), out);
            }
            Self::Blob(bytes) => {
                out.push(4);
                write_bytes(bytes, out);
            }
        }
    }

    /// The value at the start of `from`, which is left with the rest.
    pub(super) fn read(from: &mut &[u8]) -> Option<Self> {
        let [tag] = take(from)?;
        Some(match tag {
            0 => Self::Null,
            1 => Self::Integer(i64::from_be_bytes(take(from)?)),
            2 => Self::Real(f64::from_be_bytes(take(from)?)),
            3 => Self::Text(String::from_utf8(read_bytes(from)?.to_vec()).ok()?),
            4 => Self::Blob(read_bytes(from)?.to_vec()),
            _ => return None,
        })
    }

    /// Whether it can be compared with: a number that is none cannot.
    pub(super) fn has_a_place(&self) -> bool {
        !matches!(self, Self::Real(number) if number.is_nan())
    }
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend((bytes.len() as u64).to_be_bytes());
    out.extend(bytes);
}

fn read_bytes<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u64::from_be_bytes(take(from)?)).ok()?;
    let (bytes, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(bytes)
}

pub(super) fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(*bytes)
}

#[cfg(feature = "sqlite")]
mod sqlite {
    //! SQLite says of each value how it is stored, whatever the column's type.

    use diesel::backend::Backend;
    use diesel::deserialize::{self, FromSql};
    use diesel::query_builder::AstPass;
    use diesel::result::QueryResult;
    use diesel::sql_types::{BigInt, Binary, Double, Text};
    use diesel::sqlite::{Sqlite, SqliteType};

    use super::{KeyDialect, Stored};

    type Value<'a> = <Sqlite as Backend>::RawValue<'a>;

    impl<ST> FromSql<ST, Sqlite> for Stored {
        fn from_sql(value: Value<'_>) -> deserialize::Result<Self> {
            let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql;
            Ok(match value.value_type() {
                None => Self::Null,
                Some(SqliteType::Text) => {
                    let text = String::from_utf8(bytes(value)?);
                    Self::Text(text.map_err(|_| "a text of the order is not in UTF-8")?)
                }
                Some(SqliteType::Binary) => Self::Blob(bytes(value)?),
                Some(SqliteType::Float | SqliteType::Double) => {
                    Self::Real(<f64 as FromSql<Double, Sqlite>>::from_sql(value)?)
                }
                Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => {
                    Self::Integer(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?)
                }
            })
        }

        fn from_nullable_sql(value: Option<Value<'_>>) -> deserialize::Result<Self> {
            value.map_or(Ok(Self::Null), <Self as FromSql<ST, Sqlite>>::from_sql)
        }
    }

    impl KeyDialect for Sqlite {
        const NULLS_FIRST: bool = true;

        fn push_stored<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b Stored) -> QueryResult<()> {
            match value {
                Stored::Null => {
                    out.push_sql("NULL");
                    Ok(())
                }
                Stored::Integer(number) => out.push_bind_param::<BigInt, i64>(number),
                Stored::Real(number) => out.push_bind_param::<Double, f64>(number),
                Stored::Text(text) => out.push_bind_param::<Text, str>(text),
                Stored::Blob(bytes) => out.push_bind_param::<Binary, [u8]>(bytes),
            }
        }
    }
}
