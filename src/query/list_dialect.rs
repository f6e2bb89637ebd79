//! How each backend takes a list as one value.

use std::fmt::{self, Write as _};

use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Integer, SmallInt, Text};
use uuid::Uuid;

use super::list::{List, ListItem};
use crate::sql_types::Id128;

/// The SQL types that lists can be of.
#[diagnostic::on_unimplemented(
    message = "there are no lists of `{Self}`",
    label = "not compared with a list",
    note = "lists go with `SmallInt`, `Integer`, `BigInt`, `Text` and `tenancy::sql_types::Id128`, nullable or not; others are compared in `filter_dynamic(column.eq_any(values))`"
)]
pub trait ListedType: 'static {
    #[doc(hidden)]
    type Kind: Kind;
}

impl ListedType for SmallInt {
    type Kind = Integers;
}

impl ListedType for Integer {
    type Kind = Integers;
}

impl ListedType for BigInt {
    type Kind = Integers;
}

impl ListedType for Text {
    type Kind = Texts;
}

impl ListedType for Id128 {
    type Kind = Ids;
}

/// The kinds of values that are written in different ways.
pub trait Kind {
    #[doc(hidden)]
    type Value<'a>;

    /// Writes a value as JSON.
    #[doc(hidden)]
    fn write_json(value: Self::Value<'_>, out: &mut String) -> fmt::Result;
}

/// Integers, of up to 64 bits.
#[derive(Debug, Clone, Copy)]
pub enum Integers {}

/// Text.
#[derive(Debug, Clone, Copy)]
pub enum Texts {}

/// UUIDs.
#[derive(Debug, Clone, Copy)]
pub enum Ids {}

impl Kind for Integers {
    type Value<'a> = i64;

    fn write_json(value: i64, out: &mut String) -> fmt::Result {
        write!(out, "{value}")
    }
}

impl Kind for Texts {
    type Value<'a> = &'a str;

    fn write_json(value: &str, out: &mut String) -> fmt::Result {
        out.push('"');
        for c in value.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(c))?,
                _ => out.push(c),
            }
        }
        out.push('"');
        Ok(())
    }
}

/// As 32 hexadecimal digits, which need no escape.
impl Kind for Ids {
    type Value<'a> = Uuid;

    fn write_json(value: Uuid, out: &mut String) -> fmt::Result {
        write!(out, "\"{}\"", value.simple())
    }
}

/// How a backend compares with a list of this kind: `column`, then `IN` or `NOT_IN`, the
/// list as one value, and `END`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no lists of this kind",
    label = "cannot compare with a list of `{K}`"
)]
pub trait ListDialect<K: Kind>: Backend {
    #[doc(hidden)]
    const IN: &'static str;
    #[doc(hidden)]
    const NOT_IN: &'static str;
    #[doc(hidden)]
    const END: &'static str;

    #[doc(hidden)]
    fn push_list<'b, ST, T>(
        out: &mut AstPass<'_, 'b, Self>,
        list: &'b List<ST, T>,
    ) -> QueryResult<()>
    where
        ST: ListedType<Kind = K>,
        T: ListItem<ST>;
}

/// `[1,2,3]`.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
fn json<ST: ListedType, T: ListItem<ST>>(list: &List<ST, T>) -> Result<String, fmt::Error> {
    let mut text = String::from("[");
    for (index, value) in list.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        <ST::Kind as Kind>::write_json(value, &mut text)?;
    }
    text.push(']');
    Ok(text)
}

#[cfg(any(feature = "sqlite", feature = "mysql"))]
macro_rules! lists_in_json {
    ($db:ty: $($kind:ty = $select:literal .. $end:literal;)*) => { $(
        impl ListDialect<$kind> for $db {
            const IN: &'static str = concat!(" IN (", $select);
            const NOT_IN: &'static str = concat!(" NOT IN (", $select);
            const END: &'static str = concat!($end, ")");

            fn push_list<'b, ST, T>(
                out: &mut AstPass<'_, 'b, Self>,
                list: &'b List<ST, T>,
            ) -> QueryResult<()>
            where
                ST: ListedType<Kind = $kind>,
                T: ListItem<ST>,
            {
                out.push_bind_param::<Text, List<ST, T>>(list)
            }
        }
    )* };
}

#[cfg(feature = "sqlite")]
mod sqlite {
    //! A JSON array, which `json_each` takes apart.

    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sqlite::Sqlite;

    use super::*;

    lists_in_json!(Sqlite:
        Integers = "SELECT value FROM json_each(" .. ")";
        Texts = "SELECT value FROM json_each(" .. ")";
        Ids = "SELECT unhex(value) FROM json_each(" .. ")";
    );

    impl<ST: ListedType, T: ListItem<ST>> ToSql<Text, Sqlite> for List<ST, T> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(json(self)?);
            Ok(IsNull::No)
        }
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    //! A JSON array, which `JSON_TABLE` takes apart.

    use std::io::Write as _;

    use diesel::mysql::Mysql;
    use diesel::serialize::{self, IsNull, Output, ToSql};

    use super::*;

    lists_in_json!(Mysql:
        Integers = "SELECT listed.value FROM JSON_TABLE("
            .. ", '$[*]' COLUMNS (value BIGINT PATH '$')) AS listed";
        Texts = "SELECT listed.value FROM JSON_TABLE("
            .. ", '$[*]' COLUMNS (value LONGTEXT PATH '$')) AS listed";
        Ids = "SELECT UNHEX(listed.value) FROM JSON_TABLE("
            .. ", '$[*]' COLUMNS (value CHAR(32) PATH '$')) AS listed";
    );

    impl<ST: ListedType, T: ListItem<ST>> ToSql<Text, Mysql> for List<ST, T> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
            out.write_all(json(self)?.as_bytes())?;
            Ok(IsNull::No)
        }
    }
}

#[cfg(feature = "postgres")]
mod pg {
    //! An array. Those of integers are of 64 bits: PostgreSQL compares them with any integer,
    //! and finds them by the same indexes.

    use diesel::pg::Pg;
    use diesel::serialize::{self, Output, ToSql};
    use diesel::sql_types::Array;

    use super::*;

    macro_rules! arrays {
        ($($kind:ty = $element:ty;)*) => { $(
            impl ListDialect<$kind> for Pg {
                const IN: &'static str = " = ANY(";
                const NOT_IN: &'static str = " <> ALL(";
                const END: &'static str = ")";

                fn push_list<'b, ST, T>(
                    out: &mut AstPass<'_, 'b, Self>,
                    list: &'b List<ST, T>,
                ) -> QueryResult<()>
                where
                    ST: ListedType<Kind = $kind>,
                    T: ListItem<ST>,
                {
                    out.push_bind_param::<Array<$element>, List<ST, T>>(list)
                }
            }

            impl<ST, T> ToSql<Array<$element>, Pg> for List<ST, T>
            where
                ST: ListedType<Kind = $kind>,
                T: ListItem<ST>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    let values: Vec<_> = self.iter().collect();
                    ToSql::<Array<$element>, Pg>::to_sql(values.as_slice(), &mut out.reborrow())
                }
            }
        )* };
    }

    arrays! {
        Integers = BigInt;
        Texts = Text;
        Ids = Id128;
    }
}
