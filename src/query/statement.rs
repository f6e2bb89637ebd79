//! What all scoped statements have in common.

use diesel::backend::Backend;

use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::query::conflict::UniqueKey;

/// A statement with a tenant in it. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scoped statement",
    label = "not made by a `Repo`",
    note = "a `Session` runs what a `Repo` made: `Repo::<Model>::new(&scope).query()`"
)]
pub trait Statement: crate::sealed::SealedStatement {
    #[doc(hidden)]
    type Key: TenantKey;
    /// What it asks of a session: to read or to write.
    #[doc(hidden)]
    type Asks;
    /// The verb, for spans.
    #[doc(hidden)]
    const VERB: &'static str;
    /// Whether it is an INSERT or a DELETE, and not an UPDATE.
    #[doc(hidden)]
    const WRITES_ROWS: bool = false;
    #[doc(hidden)]
    fn key(&self) -> &Self::Key;
    /// What can be said against the statement before it runs.
    #[doc(hidden)]
    fn check(&self) -> Result<()> {
        Ok(())
    }
    /// How many rows it must write, or it failed.
    #[doc(hidden)]
    fn rows_due(&self) -> usize {
        0
    }
    /// The unique key that the statement needs, if it names one.
    #[doc(hidden)]
    #[must_use]
    fn needs() -> Option<UniqueKey> {
        None
    }
    /// Whether an error of the database means that there is nothing to write.
    #[doc(hidden)]
    #[must_use]
    fn is_nothing(_: &Error) -> bool {
        false
    }
    /// What an error of the database means for this kind of statement.
    #[doc(hidden)]
    #[must_use]
    fn explain(error: Error) -> Error {
        error
    }
}

/// A statement that gives rows of type `U`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this statement does not give rows of type `{U}`",
    label = "cannot be loaded as `{U}`",
    note = "without a `.select(..)` or `.returning(..)`, a statement gives structs with `#[derive(Selectable)]` on its table, or tuples of them for a join"
)]
pub trait Rows<DB: Backend, U>: Statement {
    /// The diesel query to run.
    type Query;
    /// What it loads.
    type Loaded: Fetch<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query;
}

/// A statement that changes rows and counts them.
#[doc(hidden)]
pub trait Effect: Statement {
    type Query;
    /// Whether it names one row, so that zero rows mean that there is none.
    const ONE_ROW: bool;

    fn into_effect(self, moment: Moment<'_>) -> Self::Query;
}

/// A query that can be cut down to its first row.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "only a query has a first row",
    label = "not a `ScopedQuery`",
    note = "for a write with RETURNING, take `get_result`"
)]
pub trait IntoFirst: Statement {
    type First: Statement;

    fn into_first(self) -> Self::First;
}

/// A loaded row on its way to the caller.
#[doc(hidden)]
pub trait Fetch<U> {
    /// The caller's row, or `None` if it left the scope while it was written.
    fn fetch(self) -> Option<U>;
}

impl<U> Fetch<U> for U {
    fn fetch(self) -> Option<U> {
        Some(self)
    }
}

/// What a statement asks of a session: to read.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Reads {}

/// What a statement asks of a session: to write.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Writes {}
