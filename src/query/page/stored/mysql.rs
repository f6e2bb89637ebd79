//! MySQL and MariaDB: values by the kind of their column, times as texts.

use diesel::deserialize::{self, FromSql};
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, Date, Datetime, Double, Text, Time};

use super::{KeyDialect, Stored, of_another_backend};

impl<ST> FromSql<ST, Mysql> for Stored {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        Ok(match value.value_type() {
            MysqlType::Tiny | MysqlType::Short | MysqlType::Long | MysqlType::LongLong => {
                Self::Integer(FromSql::<BigInt, Mysql>::from_sql(value)?)
            }
            MysqlType::Float | MysqlType::Double => {
                Self::Real(FromSql::<Double, Mysql>::from_sql(value)?)
            }
            MysqlType::Date => {
                let date: chrono::NaiveDate = FromSql::<Date, Mysql>::from_sql(value)?;
                Self::Text(date.to_string())
            }
            MysqlType::Time => {
                let time: chrono::NaiveTime = FromSql::<Time, Mysql>::from_sql(value)?;
                Self::Text(time.to_string())
            }
            MysqlType::DateTime | MysqlType::Timestamp => {
                let moment: chrono::NaiveDateTime = FromSql::<Datetime, Mysql>::from_sql(value)?;
                Self::Text(moment.format("%Y-%m-%d %H:%M:%S%.6f").to_string())
            }
            MysqlType::String | MysqlType::Numeric | MysqlType::Enum | MysqlType::Set => {
                let text = String::from_utf8(value.as_bytes().to_vec());
                Self::Text(text.map_err(|_| "a text of the order is not in UTF-8")?)
            }
            _ => Self::Blob(value.as_bytes().to_vec()),
        })
    }

    fn from_nullable_sql(value: Option<MysqlValue<'_>>) -> deserialize::Result<Self> {
        value.map_or(Ok(Self::Null), <Self as FromSql<ST, Mysql>>::from_sql)
    }
}

impl KeyDialect for Mysql {
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
