//! What an update sets: a derived changeset, or assignments of columns.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::guard::door;
use super::names::may_change;
use super::row_shape::{AsChanges, ChangesSql, RowShape};
use crate::__private::Seal;
use crate::ownership::{Assignments, MayUpdate, RowStamp, StampSize, WritableBy};

/// What [`UpdateOf::set`](crate::UpdateOf::set) takes: a struct with
/// `#[derive(ScopedChangeset)]`, or `column.eq(value)`, alone or in a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot change rows of the tenant's table `{T}`",
    label = "not a changeset of `{T}`",
    note = "put `#[derive(ScopedChangeset)]` on the struct, or give `column.eq(value)`, alone or in a tuple",
    note = "a row stays with its tenant and keeps its key: leave the tenant column and the primary key out",
    note = "what `#[scoped(..)]` on the model names for `created`, `touch`, `soft_delete` and `version` is kept by the library: leave these columns out",
    note = "values come from the same row: a subquery among them could read any tenant's rows"
)]
pub trait IntoChanges<T, K> {
    #[doc(hidden)]
    type Changes: ChangesFragment;
    #[doc(hidden)]
    fn into_changes(self, key: &K, seal: Seal) -> Self::Changes;
}

/// Assignments, ready to render.
#[doc(hidden)]
pub trait ChangesFragment: QueryId {
    fn nothing_to_do(&self) -> bool;
}

/// `column = value, ..` of a derived changeset.
#[derive(Debug, Clone, Copy)]
pub struct DerivedChanges<R, S> {
    changes: R,
    stamp: S,
}

/// The changes of a derived changeset of the table `T`.
#[doc(hidden)]
pub fn derived_changes<T: WritableBy<K>, K, R: RowShape<AsChanges>>(
    changes: R,
    key: &K,
    seal: Seal,
) -> DerivedChanges<R, T::RowStamp> {
    const { may_change::<T, R>() };
    DerivedChanges {
        changes,
        stamp: T::row_stamp(key, seal),
    }
}

impl<R: RowShape<AsChanges>, S: QueryId> QueryId for DerivedChanges<R, S> {
    type QueryId = DerivedChanges<R::Shape, S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = R::STATIC && S::HAS_STATIC_QUERY_ID;
}

impl<DB: Backend, R: ChangesSql<DB>, S: RowStamp<DB>> QueryFragment<DB> for DerivedChanges<R, S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.changes.assignments(&self.stamp, out)
    }
}

impl<R: RowShape<AsChanges>, S: StampSize + QueryId> ChangesFragment for DerivedChanges<R, S> {
    fn nothing_to_do(&self) -> bool {
        self.changes.is_empty()
    }
}

/// The assignments of `column.eq(value)`. diesel says they have no static shape;
/// the expression they come from has.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct InlineChanges<V, C> {
    changeset: C,
    of: PhantomData<V>,
}

impl<V, C> InlineChanges<V, C> {
    pub(super) fn new(changeset: C) -> Self {
        Self {
            changeset,
            of: PhantomData,
        }
    }
}

impl<V: QueryId, C> QueryId for InlineChanges<V, C> {
    // By value: what may be nested in it is seen in the type.
    type QueryId = InlineChanges<(), V::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = V::HAS_STATIC_QUERY_ID;
}

impl<V: QueryId, C> ChangesFragment for InlineChanges<V, C> {
    fn nothing_to_do(&self) -> bool {
        false
    }
}

impl<DB: Backend, V, C: QueryFragment<DB>> QueryFragment<DB> for InlineChanges<V, C> {
    #[inline]
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.changeset.walk_ast(out)
    }
}

#[diagnostic::do_not_recommend]
impl<V, T, K> IntoChanges<T, K> for V
where
    V: Expression<SqlType: Assignments<V, T>> + AsChangeset<Target = T> + MayUpdate<T> + QueryId,
{
    type Changes = InlineChanges<V, V::Changeset>;

    fn into_changes(self, _: &K, _: Seal) -> Self::Changes {
        const { door::<V>() };
        const { V::SqlType::TARGETS_ARE_COLUMNS };
        InlineChanges::new(self.as_changeset())
    }
}
