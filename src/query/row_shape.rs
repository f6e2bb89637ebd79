//! What the derives say of a struct: its columns, and how they are rendered.

use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use crate::ownership::RowStamp;

/// A struct as a new row.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum AsRow {}

/// A struct as a set of changes.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum AsChanges {}

/// What a derive says of a struct, whatever the backend. `As` is [`AsRow`] or
/// [`AsChanges`]: one struct may be both.
#[doc(hidden)]
pub trait RowShape<As> {
    /// A type that stands for the SQL text, if it is always the same.
    type Shape: 'static;
    /// Whether it is: no field may be left out.
    const STATIC: bool;
    /// How many columns it has at most.
    const COLUMNS: usize;
    /// The names of its columns.
    const NAMES: &'static [&'static str];
    /// Those that it never leaves out.
    const ALWAYS: &'static [&'static str];
    /// Whether both name the same columns.
    fn same_columns(&self, other: &Self) -> bool;
    /// Whether it names no column at all.
    fn is_empty(&self) -> bool;
}

/// A derived new row for the table `T`.
#[doc(hidden)]
pub trait DerivedRow<T>: RowShape<AsRow> {}

/// How a derived new row is rendered. The stamp comes first, if it has a column; `begun`
/// says so.
#[doc(hidden)]
pub trait RowSql<DB: Backend> {
    fn columns(&self, begun: bool, out: AstPass<'_, '_, DB>) -> QueryResult<()>;
    fn values<'b, S: RowStamp<DB>>(
        &'b self,
        stamp: &'b S,
        begun: bool,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;
}

/// How a derived changeset is rendered.
#[doc(hidden)]
pub trait ChangesSql<DB: Backend> {
    fn assignments<'b, S: RowStamp<DB>>(
        &'b self,
        stamp: &'b S,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;
}

impl<As, R: RowShape<As>> RowShape<As> for &R {
    type Shape = R::Shape;
    const STATIC: bool = R::STATIC;
    const COLUMNS: usize = R::COLUMNS;
    const NAMES: &'static [&'static str] = R::NAMES;
    const ALWAYS: &'static [&'static str] = R::ALWAYS;

    fn same_columns(&self, other: &Self) -> bool {
        R::same_columns(self, other)
    }

    fn is_empty(&self) -> bool {
        R::is_empty(self)
    }
}

impl<T, R: DerivedRow<T>> DerivedRow<T> for &R {}

impl<DB: Backend, R: RowSql<DB>> RowSql<DB> for &R {
    fn columns(&self, begun: bool, out: AstPass<'_, '_, DB>) -> QueryResult<()> {
        R::columns(self, begun, out)
    }

    fn values<'b, S: RowStamp<DB>>(
        &'b self,
        stamp: &'b S,
        begun: bool,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        R::values(self, stamp, begun, out)
    }
}

impl<DB: Backend, R: ChangesSql<DB>> ChangesSql<DB> for &R {
    fn assignments<'b, S: RowStamp<DB>>(
        &'b self,
        stamp: &'b S,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        R::assignments(self, stamp, out)
    }
}
