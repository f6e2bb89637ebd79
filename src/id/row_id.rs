//! The internal integer key of one model's rows.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The internal key of a row of `T`.
///
/// In the database it is an integer (`BigInt` or `Integer`); in Rust it belongs
/// to its model, so that the id of a category cannot be given where an item's is
/// wanted. It says nothing about who owns the row, and grants nothing: a
/// [`Repo`](crate::Repo) looks it up among the rows of its scope.
///
/// A key that an `Integer` column cannot hold is not found. In a field of a struct that is
/// inserted it is [`Error::Serialization`](crate::Error::Serialization), or, where rows belong
/// through their parent, [`Error::NotFound`](crate::Error::NotFound).
///
/// It does not implement `Display`, nor `Serialize`: internal keys stay inside.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let items = Repo::<Item>::new(&scope);
/// let lamp: Item = items.find(RowId::from_raw(1)).first(&mut session)?;
/// assert_eq!(lamp.id.get(), 1);
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// # Tenancy
///
/// A bare `items::id.eq(category_id)` compares two integers, and diesel cannot
/// tell them apart. The methods of this crate that take a key can.
pub struct RowId<T: ?Sized> {
    raw: i64,
    of: PhantomData<fn() -> T>,
}

impl<T: ?Sized> RowId<T> {
    /// The key with this number, for numbers that an application stored elsewhere.
    #[must_use]
    pub const fn from_raw(raw: i64) -> Self {
        Self {
            raw,
            of: PhantomData,
        }
    }

    /// The number, for the application's own bookkeeping.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.raw
    }
}

impl<T: ?Sized> Clone for RowId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for RowId<T> {}

impl<T: ?Sized> PartialEq for RowId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T: ?Sized> Eq for RowId<T> {}

impl<T: ?Sized> PartialOrd for RowId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for RowId<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl<T: ?Sized> Hash for RowId<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<T: ?Sized> fmt::Debug for RowId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowId({})", self.raw)
    }
}

/// A key does not fit its column.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the key is too large for its column")]
pub(crate) struct TooLarge;

mod diesel_impls {
    //! What diesel needs to bind and to read a key, without a bound on the model.

    use diesel::backend::Backend;
    use diesel::deserialize::{self, FromSql, FromStaticSqlRow, Queryable};
    use diesel::expression::AsExpression;
    use diesel::internal::derives::as_expression::Bound;
    use diesel::serialize::{self, Output, ToSql};
    use diesel::sql_types::{BigInt, Integer, Nullable};

    use super::RowId;
    use crate::id::column::id_column;
    use crate::id::wide_key::WideKey;

    type Plain<ST, T> = Bound<ST, RowId<T>>;

    id_column!(RowId, BigInt, Plain);
    id_column!(RowId, Integer, WideKey);

    impl<T: ?Sized, DB: Backend> ToSql<BigInt, DB> for RowId<T>
    where
        i64: ToSql<BigInt, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.raw.to_sql(out)
        }
    }

    impl<T: ?Sized, DB: Backend> FromSql<BigInt, DB> for RowId<T>
    where
        i64: FromSql<BigInt, DB>,
    {
        fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
            i64::from_sql(value).map(RowId::from_raw)
        }
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    macro_rules! of_32_bits {
        ($feature:literal, $db:ty, $bytes:ident) => {
            #[cfg(feature = $feature)]
            impl<T: ?Sized> ToSql<Integer, $db> for RowId<T> {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $db>) -> serialize::Result {
                    let narrow = i32::try_from(self.raw).map_err(|_| crate::id::TooLarge)?;
                    std::io::Write::write_all(out, &narrow.$bytes())?;
                    Ok(serialize::IsNull::No)
                }
            }

            #[cfg(feature = $feature)]
            impl<T: ?Sized> FromSql<Integer, $db> for RowId<T> {
                fn from_sql(value: <$db as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    <i32 as FromSql<Integer, $db>>::from_sql(value)
                        .map(|raw| RowId::from_raw(i64::from(raw)))
                }
            }
        };
    }

    // Numbers are in network order on PostgreSQL, and in the machine's own for MySQL's client.
    #[cfg(feature = "postgres")]
    of_32_bits!("postgres", diesel::pg::Pg, to_be_bytes);
    #[cfg(feature = "mysql")]
    of_32_bits!("mysql", diesel::mysql::Mysql, to_ne_bytes);

    #[cfg(feature = "sqlite")]
    mod sqlite {
        //! SQLite has one integer, of 64 bits, and diesel's `i32` would cut it
        //! short without a word. So an `Integer` key is read as it is, and compared as it
        //! is. In the field of a new row diesel binds 32 bits to an `Integer`: a key that
        //! does not fit is an error there.

        use diesel::deserialize::{self, FromSql};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        use diesel::sql_types::{BigInt, Integer};
        use diesel::sqlite::Sqlite;

        use super::RowId;
        use crate::id::TooLarge;

        impl<T: ?Sized> ToSql<Integer, Sqlite> for RowId<T> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(i32::try_from(self.raw).map_err(|_| TooLarge)?);
                Ok(IsNull::No)
            }
        }

        impl<T: ?Sized> FromSql<Integer, Sqlite> for RowId<T> {
            fn from_sql(
                value: <Sqlite as diesel::backend::Backend>::RawValue<'_>,
            ) -> deserialize::Result<Self> {
                <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(RowId::from_raw)
            }
        }
    }
}
