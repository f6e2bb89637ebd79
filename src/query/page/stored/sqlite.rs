//! SQLite says of each value how it is stored, whatever the column's type.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, Double, Text};
use diesel::sqlite::{Sqlite, SqliteType};

use super::{KeyDialect, Stored, of_another_backend};

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
            Stored::Typed(..) => Err(of_another_backend()),
        }
    }
}
