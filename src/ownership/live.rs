//! Which rows are deleted and which are not. This is beside ownership: whose a row is, it
//! does not say.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::ScopedTable;
use super::place::Place;
use super::predicate::{Everyone, Predicate};
use crate::__private::Seal;

/// `column IS NULL`, or `column IS NOT NULL`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Deletion<C, const DELETED: bool>(C);

/// The row is not deleted.
#[doc(hidden)]
pub type IsLive<C> = Deletion<C, false>;

/// The row is deleted.
#[doc(hidden)]
pub type IsDeleted<C> = Deletion<C, true>;

impl<C, const DELETED: bool> Deletion<C, DELETED> {
    #[doc(hidden)]
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C, const DELETED: bool> Predicate for Deletion<C, DELETED> {
    const BINDS: usize = 0;
}

impl<C: QueryId, const DELETED: bool> QueryId for Deletion<C, DELETED> {
    type QueryId = Deletion<C::QueryId, DELETED>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Expression, const DELETED: bool> Expression for Deletion<C, DELETED> {
    type SqlType = Bool;
}

impl<QS, C: AppearsOnTable<QS>, const DELETED: bool> AppearsOnTable<QS> for Deletion<C, DELETED> {}

impl<C, const DELETED: bool, GB> ValidGrouping<GB> for Deletion<C, DELETED> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, C, const DELETED: bool> QueryFragment<DB> for Deletion<C, DELETED>
where
    DB: Backend,
    C: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(if DELETED { " IS NOT NULL" } else { " IS NULL" });
        Ok(())
    }
}

/// A table whose model names a `soft_delete` column: its deleted rows stay, hidden.
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` are deleted for good",
    label = "the model names no `soft_delete` column",
    note = "`with_deleted`, `only_deleted`, `restore` and `purge` are for models that say `#[scoped(.., soft_delete = deleted_at)]`; for others, `delete` is the end"
)]
pub trait SoftDeletes: ScopedTable {
    #[doc(hidden)]
    type Deleted<P: Place>: Predicate;
    #[doc(hidden)]
    fn deleted<P: Place>(seal: Seal) -> Self::Deleted<P>;
}

/// Which of a table's rows are seen, of those that are the scope's. Sealed:
/// [`WithDeleted`] and [`OnlyDeleted`].
pub trait Visibility<T: ScopedTable>: crate::sealed::SealedVisibility {
    #[doc(hidden)]
    type Seen<P: Place>: Predicate;
    #[doc(hidden)]
    fn seen<P: Place>(seal: Seal) -> Self::Seen<P>;
}

/// Deleted rows are seen beside the others. See
/// [`Repo::with_deleted`](crate::Repo::with_deleted).
#[derive(Debug, Clone, Copy)]
pub enum WithDeleted {}

/// Deleted rows are seen, and no others. See
/// [`Repo::only_deleted`](crate::Repo::only_deleted).
#[derive(Debug, Clone, Copy)]
pub enum OnlyDeleted {}

impl crate::sealed::SealedVisibility for WithDeleted {}
impl crate::sealed::SealedVisibility for OnlyDeleted {}

impl<T: SoftDeletes> Visibility<T> for WithDeleted {
    type Seen<P: Place> = Everyone;

    fn seen<P: Place>(_: Seal) -> Everyone {
        Everyone
    }
}

impl<T: SoftDeletes> Visibility<T> for OnlyDeleted {
    type Seen<P: Place> = T::Deleted<P>;

    fn seen<P: Place>(seal: Seal) -> Self::Seen<P> {
        T::deleted::<P>(seal)
    }
}
