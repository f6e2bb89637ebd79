//! PostgreSQL says of each value which type it has, and takes it back in the same format.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{
    BigInt, Binary, Bool, Date, Double, Float, HasSqlType, Integer, Numeric, SmallInt, Text, Time,
    Timestamp, Timestamptz, Uuid,
};
use std::io::Write;

use super::{KeyDialect, Stored, no_place, of_another_backend};

impl<ST> FromSql<ST, Pg> for Stored {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::Typed(
            value.get_oid().get(),
            value.as_bytes().to_vec(),
        ))
    }

    fn from_nullable_sql(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        value.map_or(Ok(Self::Null), <Self as FromSql<ST, Pg>>::from_sql)
    }
}

impl<ST> ToSql<ST, Pg> for Stored
where
    Pg: HasSqlType<ST>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        match self {
            Self::Typed(_, bytes) => {
                out.write_all(bytes)?;
                Ok(IsNull::No)
            }
            _ => Ok(IsNull::Yes),
        }
    }
}

/// The types by their numbers, which are the same on every server (`pg_type.dat`).
macro_rules! bind_by_type {
    ($out:ident, $value:ident, $oid:ident: $($known:literal = $ty:ty,)*) => {
        match *$oid {
            $($known => $out.push_bind_param::<$ty, Stored>($value),)*
            _ => Err(no_place("it holds a value of a type that pages by key cannot go by")),
        }
    };
}

impl KeyDialect for Pg {
    const NULLS_FIRST: bool = false;

    fn push_stored<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b Stored) -> QueryResult<()> {
        match value {
            Stored::Null => {
                out.push_sql("NULL");
                Ok(())
            }
            Stored::Typed(oid, _) => bind_by_type!(out, value, oid:
                16 = Bool,
                17 = Binary,
                20 = BigInt,
                21 = SmallInt,
                23 = Integer,
                25 = Text,
                700 = Float,
                701 = Double,
                1042 = Text,
                1043 = Text,
                1082 = Date,
                1083 = Time,
                1114 = Timestamp,
                1184 = Timestamptz,
                1700 = Numeric,
                2950 = Uuid,
            ),
            _ => Err(of_another_backend()),
        }
    }
}
