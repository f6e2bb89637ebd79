//! Which rows a write means: one by its key, or those that a query finds.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::limit::NoLimit;
use super::select::{ScopedQuery, Unselected};
use crate::__private::Seal;
use crate::key::TenantKey;
use crate::ownership::{Scoped, WritableBy};

/// What [`Repo::update`](crate::Repo::update) and
/// [`Repo::delete`](crate::Repo::delete) take: a key of the model `T`, or a query
/// over its table that has only been filtered.
///
/// `By` says which of the two it is; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name rows of `{T}`",
    label = "not a key of `{T}`, nor a filtered query over its table",
    note = "give the row's own key (`item.id`), or `repo.query().filter(..)` without order, limit, join or select"
)]
pub trait Target<T, K, By> {
    #[doc(hidden)]
    type Where;
    /// Whether the target was made in the scope of this key.
    #[doc(hidden)]
    fn is_of(&self, key: &K, seal: Seal) -> bool;
    #[doc(hidden)]
    fn into_where(self, key: &K, seal: Seal) -> Self::Where;
}

/// Whether a where clause names one row, so that zero rows mean that there is none.
#[doc(hidden)]
pub trait Chosen {
    const ONE_ROW: bool;
}

impl<I, P> Chosen for ByKey<I, P> {
    const ONE_ROW: bool = true;
}

impl<W> Chosen for ByQuery<W> {
    const ONE_ROW: bool = false;
}

/// One row, by its key.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ByKey<I, P> {
    id: I,
    predicate: P,
}

/// The rows that a query finds.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ByQuery<W>(W);

/// The marker of targets by key.
#[derive(Debug, Clone, Copy)]
pub enum Keyed {}

/// The marker of targets by query.
#[derive(Debug, Clone, Copy)]
pub enum Found {}

#[diagnostic::do_not_recommend]
impl<T, K, I> Target<T, K, Keyed> for I
where
    T: Scoped,
    T::Table: WritableBy<K>,
    I: Into<T::Id>,
{
    type Where = ByKey<T::IdPredicate, <T::Table as WritableBy<K>>::WritePredicate>;

    fn is_of(&self, _: &K, _: Seal) -> bool {
        true
    }

    fn into_where(self, key: &K, seal: Seal) -> Self::Where {
        ByKey {
            id: T::id_predicate(self.into(), seal),
            predicate: <T::Table as WritableBy<K>>::write_predicate(key, seal),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, K, Q> Target<T, K, Found> for ScopedQuery<Q, T::Table, K, Unselected, NoLimit>
where
    T: Scoped,
    K: TenantKey,
    T::Table: WritableBy<K>,
    Q: IntoUpdateTarget<Table = T::Table>,
{
    type Where = ByQuery<Q::WhereClause>;

    fn is_of(&self, key: &K, _: Seal) -> bool {
        // Not `==`, which a newtype may have from its application.
        self.key.as_key() == key.as_key()
    }

    fn into_where(self, _: &K, _: Seal) -> Self::Where {
        ByQuery(self.query.into_update_target().where_clause)
    }
}

impl<DB: Backend, I: QueryFragment<DB>, P: QueryFragment<DB>> QueryFragment<DB> for ByKey<I, P> {
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" WHERE ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.predicate.walk_ast(out)
    }
}

impl<DB: Backend, W: QueryFragment<DB>> QueryFragment<DB> for ByQuery<W> {
    #[inline]
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
