//! `column IN these values`, with the list as one value, so that the text is one text.

use std::fmt;
use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::is_nullable::{IsSqlTypeNullable, MaybeNullable};
use diesel::sql_types::{
    BigInt, Bool, Integer, IntoNotNullable, MaybeNullableType, SmallInt, SqlType, Text,
};
use uuid::Uuid;

use super::list_dialect::{Ids, Integers, Kind, ListDialect, ListedType, Texts};
use crate::id::{PublicId, RowId, TextId};
use crate::sql_types::Id128;

/// Lists of values in conditions: `items::id.is_among(ids)`.
///
/// It does what diesel's `eq_any(values)` does. The list goes to the database as one value,
/// so that the statement has one text, and is prepared once, whatever the list's length.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use diesel::prelude::*;
/// use tenancy::prelude::*;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let items = Repo::<Item>::new(&scope);
/// let found: Vec<Item> = items
///     .query()
///     .filter(items::name.is_among(["Tent", "Rope"]).or(items::id.is_among([1])))
///     .load(&mut session)?;
/// assert_eq!(found.len(), 2);
///
/// let deleted = items
///     .delete(items.query().filter(items::name.is_not_among(vec!["Tent"])))
///     .execute(&mut session)?;
/// assert_eq!(deleted, 2);
/// # Ok::<(), tenancy::Error>(())
/// ```
#[expect(
    clippy::wrong_self_convention,
    reason = "expressions are values, as in diesel's `is_null(self)`"
)]
pub trait ListDsl: Expression + Sized {
    /// Whether the value is one of these. Of an empty list nothing is.
    fn is_among<V>(self, values: V) -> InList<Self, NotNull<Self>, V::Item, true>
    where
        V: IntoIterator<Item: ListItem<NotNull<Self>>>,
        Self::SqlType: IntoNotNullable<NotNullable: ListedType>,
    {
        InList::new(self, values)
    }

    /// Whether the value is none of these. Every row's is none of an empty list; otherwise
    /// NULL is no value, and neither among others nor not.
    fn is_not_among<V>(self, values: V) -> InList<Self, NotNull<Self>, V::Item, false>
    where
        V: IntoIterator<Item: ListItem<NotNull<Self>>>,
        Self::SqlType: IntoNotNullable<NotNullable: ListedType>,
    {
        InList::new(self, values)
    }
}

impl<C: Expression> ListDsl for C {}

pub(crate) type NotNull<C> = <<C as Expression>::SqlType as IntoNotNullable>::NotNullable;

/// A value in a list that is compared with the SQL type `ST`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a list of `{ST}`",
    label = "not a value of the column's type",
    note = "lists hold `i16` (`SmallInt`), `i32` (`Integer`), `i64` (`BigInt`), `String` and `&str` (`Text`), `uuid::Uuid` (`Id128`), `RowId`, `PublicId` and `TextId`, or references to them"
)]
pub trait ListItem<ST: ListedType> {
    #[doc(hidden)]
    fn listed(&self) -> <ST::Kind as Kind>::Value<'_>;
}

impl<ST: ListedType, T: ListItem<ST> + ?Sized> ListItem<ST> for &T {
    fn listed(&self) -> <ST::Kind as Kind>::Value<'_> {
        T::listed(self)
    }
}

macro_rules! listed {
    ($kind:ty: $($sql:ty = [$($generics:tt)*] $rust:ty => |$it:ident| $value:expr;)*) => { $(
        impl<$($generics)*> ListItem<$sql> for $rust {
            fn listed(&self) -> <$kind as Kind>::Value<'_> {
                let $it = self;
                $value
            }
        }
    )* };
}

listed!(Integers:
    SmallInt = [] i16 => |it| i64::from(*it);
    Integer = [] i32 => |it| i64::from(*it);
    BigInt = [] i64 => |it| *it;
    Integer = [T: ?Sized] RowId<T> => |it| it.get();
    BigInt = [T: ?Sized] RowId<T> => |it| it.get();
);
listed!(Texts:
    Text = [] str => |it| it;
    Text = [] String => |it| it;
    Text = [T: ?Sized] TextId<T> => |it| it.as_str();
);
listed!(Ids:
    Id128 = [] Uuid => |it| *it;
    Id128 = [T: ?Sized] PublicId<T> => |it| it.get();
);

/// A list of values, as one value.
pub struct List<ST, T> {
    values: Vec<T>,
    of: PhantomData<fn() -> ST>,
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
impl<ST: ListedType, T: ListItem<ST>> List<ST, T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = <ST::Kind as Kind>::Value<'_>> {
        self.values.iter().map(T::listed)
    }
}

impl<ST, T: Clone> Clone for List<ST, T> {
    fn clone(&self) -> Self {
        Self {
            values: self.values.clone(),
            of: PhantomData,
        }
    }
}

/// How many there are, and not which.
impl<ST, T> fmt::Debug for List<ST, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List of {}", self.values.len())
    }
}

/// `(column IN list)`, or `(column NOT IN list)`.
#[derive(Debug, Clone)]
pub struct InList<C, ST, T, const IN: bool> {
    column: C,
    list: List<ST, T>,
}

impl<C, ST, T, const IN: bool> InList<C, ST, T, IN> {
    pub(crate) fn new(column: C, values: impl IntoIterator<Item = T>) -> Self {
        let list = List {
            values: values.into_iter().collect(),
            of: PhantomData,
        };
        Self { column, list }
    }
}

impl<C: QueryId, ST: 'static, T, const IN: bool> QueryId for InList<C, ST, T, IN> {
    type QueryId = InList<C::QueryId, ST, (), IN>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C, ST, T, const IN: bool> Expression for InList<C, ST, T, IN>
where
    C: Expression<SqlType: SqlType>,
    IsSqlTypeNullable<C::SqlType>: MaybeNullableType<Bool>,
{
    type SqlType = MaybeNullable<IsSqlTypeNullable<C::SqlType>, Bool>;
}

impl<QS, C, ST, T, const IN: bool> AppearsOnTable<QS> for InList<C, ST, T, IN>
where
    Self: Expression,
    C: AppearsOnTable<QS>,
{
}

impl<QS, C, ST, T, const IN: bool> SelectableExpression<QS> for InList<C, ST, T, IN>
where
    Self: Expression,
    C: SelectableExpression<QS>,
{
}

impl<GB, C: ValidGrouping<GB>, ST, T, const IN: bool> ValidGrouping<GB> for InList<C, ST, T, IN> {
    type IsAggregate = C::IsAggregate;
}

impl<DB, C, ST, T, const IN: bool> QueryFragment<DB> for InList<C, ST, T, IN>
where
    DB: ListDialect<ST::Kind>,
    C: QueryFragment<DB>,
    ST: ListedType,
    T: ListItem<ST>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(if IN { DB::IN } else { DB::NOT_IN });
        DB::push_list::<ST, T>(&mut out, &self.list)?;
        out.push_sql(DB::END);
        out.push_sql(")");
        Ok(())
    }
}
