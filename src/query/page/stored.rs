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
    /// A value in PostgreSQL's binary format, and the number of its type.
    Typed(u32, Vec<u8>),
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
            Self::Typed(oid, bytes) => {
                out.push(5);
                out.extend(oid.to_be_bytes());
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
            5 => Self::Typed(u32::from_be_bytes(take(from)?), read_bytes(from)?.to_vec()),
            _ => return None,
        })
    }

    /// Whether it can be compared with: a number that is none cannot.
    pub(super) fn has_a_place(&self) -> bool {
        !matches!(self, Self::Real(number) if number.is_nan())
    }
}

/// A cursor was made on another kind of database.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn of_another_backend() -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError("the cursor is of another kind of database".into())
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

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
