//! The columns that the library keeps: when a row was made, changed and deleted, and how
//! often it was changed.

use std::fmt::Debug;
use std::marker::PhantomData;

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::dsl::SqlTypeOf;
use diesel::expression::{
    AppearsOnTable, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Integer, Nullable, SqlType, Timestamp, is_nullable};

use super::ScopedTable;
use super::text_key::KeySlot;
use crate::__private::Seal;
use crate::clock::Now;

/// The SQL types of columns in which the library keeps a time: `created` and `touch` of
/// `#[scoped(..)]`.
///
/// `Timestamp` holds the time in UTC. Either may be `Nullable`. The time is kept to the
/// microsecond, and the rest is cut off, so that what is read is what was written.
#[diagnostic::on_unimplemented(
    message = "a time cannot be kept in a column of type `{Self}`",
    label = "not the type of a time",
    note = "`created` and `touch` name columns of type `Timestamp`, or with a time zone `Timestamptz` on PostgreSQL and `TimestamptzSqlite` on SQLite; `soft_delete` the same, but `Nullable`"
)]
pub trait TimeColumnType {
    #[doc(hidden)]
    type Bound: SqlType;
    #[doc(hidden)]
    type Value: 'static;
    #[doc(hidden)]
    fn of(now: &Now) -> &Self::Value;
}

impl TimeColumnType for Timestamp {
    type Bound = Timestamp;
    type Value = NaiveDateTime;

    fn of(now: &Now) -> &NaiveDateTime {
        &now.naive
    }
}

#[cfg(feature = "sqlite")]
impl TimeColumnType for diesel::sql_types::TimestamptzSqlite {
    type Bound = Self;
    type Value = chrono::DateTime<chrono::Utc>;

    fn of(now: &Now) -> &Self::Value {
        &now.utc
    }
}

#[cfg(feature = "postgres")]
impl TimeColumnType for diesel::sql_types::Timestamptz {
    type Bound = Self;
    type Value = chrono::DateTime<chrono::Utc>;

    fn of(now: &Now) -> &Self::Value {
        &now.utc
    }
}

impl<ST> TimeColumnType for Nullable<ST>
where
    ST: TimeColumnType + SqlType<IsNull = is_nullable::NotNull>,
{
    type Bound = ST::Bound;
    type Value = ST::Value;

    fn of(now: &Now) -> &Self::Value {
        ST::of(now)
    }
}

/// The SQL types of columns that say when a row was deleted: `soft_delete` of
/// `#[scoped(..)]`. NULL means that it is not.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot say when a row was deleted",
    label = "not a time that may be NULL",
    note = "`soft_delete` names a column of type `Nullable<Timestamp>`, or with a time zone of `Nullable<Timestamptz>` on PostgreSQL and `Nullable<TimestamptzSqlite>` on SQLite: NULL means that the row is not deleted"
)]
pub trait DeletionColumnType: TimeColumnType {}

impl<ST> DeletionColumnType for Nullable<ST> where
    ST: TimeColumnType + SqlType<IsNull = is_nullable::NotNull>
{
}

/// The SQL types of columns that count the changes of a row: `version` of `#[scoped(..)]`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot count versions",
    label = "not the type of a version",
    note = "`version` names a column of type `Integer` or `BigInt`, and never `Nullable`"
)]
pub trait VersionColumnType: SqlType + TypedExpressionType {
    /// The version in Rust.
    type Version: Copy + Debug + Send + Sync + 'static;
}

impl VersionColumnType for Integer {
    type Version = i32;
}

impl VersionColumnType for BigInt {
    type Version = i64;
}

/// The model names no such column.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

/// The column `C`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct In<C>(C);

/// A column of the library's, or nothing.
#[doc(hidden)]
pub trait Slot: Debug + Copy + Default + 'static {
    const NAME: Option<&'static str>;
}

impl Slot for Nothing {
    const NAME: Option<&'static str> = None;
}

impl<C: Column + Debug + Copy + Default + 'static> Slot for In<C> {
    const NAME: Option<&'static str> = Some(C::NAME);
}

/// How the value of a [`Slot`] is rendered. Nothing renders nothing.
#[doc(hidden)]
pub trait TimeSql<DB: Backend>: Slot {
    fn push<'b>(now: &'b Now, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Backend> TimeSql<DB> for Nothing {
    fn push<'b>(_: &'b Now, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB, C> TimeSql<DB> for In<C>
where
    Self: Slot,
    C: Expression<SqlType: TimeColumnType>,
    DB: Backend + HasSqlType<<SqlTypeOf<C> as TimeColumnType>::Bound>,
    <SqlTypeOf<C> as TimeColumnType>::Value: ToSql<<SqlTypeOf<C> as TimeColumnType>::Bound, DB>,
{
    fn push<'b>(now: &'b Now, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<<C::SqlType as TimeColumnType>::Bound, _>(C::SqlType::of(now))
    }
}

/// How the column of a [`Slot`] is rendered, with its table's name.
#[doc(hidden)]
pub trait SlotSql<DB: Backend>: Slot {
    fn column<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Backend> SlotSql<DB> for Nothing {
    fn column<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB, C> SlotSql<DB> for In<C>
where
    Self: Slot,
    DB: Backend,
    C: QueryFragment<DB>,
{
    fn column<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// What a table has in its columns of the library's: a [`Kept`].
#[doc(hidden)]
pub trait KeptColumns: Debug + Copy + 'static {
    type Created: Slot;
    type Touched: Slot;
    type Deleted: Slot;
    type Version: Slot;
    type Public: Slot;
    type Key: KeySlot;

    /// Whether an insert writes the time, or an id that begins with it.
    const TIMES_INSERTS: bool = Self::Created::NAME.is_some()
        || Self::Touched::NAME.is_some()
        || Self::Public::NAME.is_some()
        || Self::Key::BY_TIME;
    /// Whether an update does.
    const TIMES_UPDATES: bool = Self::Touched::NAME.is_some();
    /// Whether a delete does, and leaves the row where it is.
    const MARKS_DELETED: bool = Self::Deleted::NAME.is_some();
    /// How many values an insert binds for it in a row.
    const BINDS: usize = Self::Created::NAME.is_some() as usize
        + Self::Touched::NAME.is_some() as usize
        + Self::Public::NAME.is_some() as usize
        + Self::Key::NAME.is_some() as usize;
}

/// The columns for: made, changed, deleted, version, public id, text id.
#[doc(hidden)]
#[derive(Debug)]
pub struct Kept<C, T, D, V, P, I>(PhantomData<fn() -> (C, T, D, V, P, I)>);

impl<C, T, D, V, P, I> Clone for Kept<C, T, D, V, P, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, T, D, V, P, I> Copy for Kept<C, T, D, V, P, I> {}

impl<C, T, D, V, P, I> KeptColumns for Kept<C, T, D, V, P, I>
where
    C: Slot,
    T: Slot,
    D: Slot,
    V: Slot,
    P: Slot,
    I: KeySlot,
{
    type Created = C;
    type Touched = T;
    type Deleted = D;
    type Version = V;
    type Public = P;
    type Key = I;
}

/// A table whose model names a version.
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` have no version",
    label = "the model names no version column",
    note = "name it on the model: `#[scoped(.., version = version)]`"
)]
pub trait KeepsVersion: ScopedTable {
    #[doc(hidden)]
    type VersionType: VersionColumnType;
    #[doc(hidden)]
    fn is_derived(seal: Seal);
}

/// The Rust type of the version of a table's rows.
pub type VersionOf<T> = <<T as KeepsVersion>::VersionType as VersionColumnType>::Version;

/// What diesel asks of a value in a new row, for a column of type `ST`.
macro_rules! stamped_value {
    ($ty:ident) => {
        stamped_value!($ty, Self);
    };
    ($ty:ident, $id:ty) => {
        impl<ST: SqlType + TypedExpressionType> Expression for $ty<ST> {
            type SqlType = ST;
        }

        impl<QS, ST> AppearsOnTable<QS> for $ty<ST> where Self: Expression {}

        impl<GB, ST> ValidGrouping<GB> for $ty<ST> {
            type IsAggregate = is_aggregate::Never;
        }

        impl<ST: 'static> QueryId for $ty<ST> {
            type QueryId = $id;
        }
    };
}
pub(super) use stamped_value;

/// A time in a new row that diesel renders, for a column of type `ST`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct TimeBind<ST> {
    now: Now,
    of: PhantomData<fn() -> ST>,
}

impl<ST> TimeBind<ST> {
    #[doc(hidden)]
    #[must_use]
    pub fn new(now: Now) -> Self {
        Self {
            now,
            of: PhantomData,
        }
    }
}

stamped_value!(TimeBind);

impl<DB, ST> QueryFragment<DB> for TimeBind<ST>
where
    ST: TimeColumnType,
    DB: Backend + HasSqlType<ST::Bound>,
    ST::Value: ToSql<ST::Bound, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<ST::Bound, ST::Value>(ST::of(&self.now))
    }
}

/// The version of a new row: 1.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct FirstVersion<ST>(PhantomData<fn() -> ST>);

impl<ST> FirstVersion<ST> {
    #[doc(hidden)]
    #[must_use]
    #[allow(clippy::new_without_default, reason = "only the derive makes one")]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

stamped_value!(FirstVersion);

impl<DB: Backend, ST> QueryFragment<DB> for FirstVersion<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("1");
        Ok(())
    }
}

/// Compiles for columns in which a time can be kept.
#[doc(hidden)]
pub fn keeps_time<C: Column>()
where
    SqlTypeOf<C>: TimeColumnType,
{
}

/// Compiles for columns that can say when a row was deleted.
#[doc(hidden)]
pub fn keeps_deletion<C: Column>()
where
    SqlTypeOf<C>: DeletionColumnType,
{
}

/// Compiles for columns that can count versions.
#[doc(hidden)]
pub fn keeps_version<C: Column>()
where
    SqlTypeOf<C>: VersionColumnType,
{
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Birth;
    use crate::id::MadeText;

    #[derive(Debug, Clone, Copy, Default)]
    struct Some;

    impl Slot for Some {
        const NAME: Option<&'static str> = Option::Some("some");
    }

    type Of<C, T, P = Nothing> = Kept<C, T, Nothing, Nothing, P, Nothing>;

    #[test]
    #[expect(clippy::assertions_on_constants, reason = "they are what is tested")]
    fn an_insert_writes_and_binds_each_time_that_is_kept() {
        assert!(!<Of<Nothing, Nothing>>::TIMES_INSERTS);
        assert!(<Of<Some, Nothing>>::TIMES_INSERTS);
        assert!(<Of<Nothing, Some>>::TIMES_INSERTS);
        assert_eq!(<Of<Nothing, Nothing>>::BINDS, 0);
        assert_eq!(<Of<Some, Nothing>>::BINDS, 1);
        assert_eq!(<Of<Nothing, Some>>::BINDS, 1);
        assert_eq!(<Of<Some, Some>>::BINDS, 2);
    }

    impl KeySlot for Some {
        const BY_TIME: bool = true;

        fn make(_: Birth<'_>, _: usize) -> Vec<MadeText> {
            Vec::new()
        }
    }

    #[test]
    #[expect(clippy::assertions_on_constants, reason = "they are what is tested")]
    fn an_insert_makes_a_key_and_binds_it() {
        type Keyed = Kept<Nothing, Nothing, Nothing, Nothing, Nothing, Some>;
        assert!(Keyed::TIMES_INSERTS);
        assert_eq!(Keyed::BINDS, 1);
    }

    #[test]
    #[expect(clippy::assertions_on_constants, reason = "they are what is tested")]
    fn an_insert_makes_an_id_of_the_time_and_binds_it() {
        assert!(<Of<Nothing, Nothing, Some>>::TIMES_INSERTS);
        assert_eq!(<Of<Nothing, Nothing, Some>>::BINDS, 1);
        assert_eq!(<Of<Some, Some, Some>>::BINDS, 3);
    }
}
