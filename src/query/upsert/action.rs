//! What happens if such a row is there already.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::any_key;
use super::dialect::UpsertDialect;
use crate::__private::Seal;
use crate::clock::Now;
use crate::ownership::ScopedTable;
use crate::query::changes::ChangesFragment;
use crate::query::conflict::{ConflictTarget, UniqueKey};
use crate::query::fence::Fence;
use crate::query::times::Touching;

/// What happens if such a row is there.
#[doc(hidden)]
pub trait ConflictAction {
    /// Whether each row is written, or else is a conflict.
    const WRITES_EACH_ROW: bool;
    /// The same, at the time of the statement.
    type At;
    fn at(self, now: Now) -> Self::At;
    fn nothing_to_do(&self) -> bool;
    /// The unique key by which a row is known.
    fn key() -> UniqueKey;
}

/// ` ON CONFLICT (columns) DO NOTHING`.
#[doc(hidden)]
#[derive(Debug)]
pub struct DoNothing<T, G>(PhantomData<fn() -> (T, G)>);

impl<T, G> DoNothing<T, G> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, G> Clone for DoNothing<T, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, G> Copy for DoNothing<T, G> {}

impl<T: 'static, G: 'static> QueryId for DoNothing<T, G> {
    type QueryId = DoNothing<T, G>;
}

impl<T: ScopedTable, G: ConflictTarget<T>> ConflictAction for DoNothing<T, G> {
    const WRITES_EACH_ROW: bool = false;
    type At = Self;

    fn at(self, _: Now) -> Self {
        self
    }

    fn nothing_to_do(&self) -> bool {
        false
    }

    fn key() -> UniqueKey {
        UniqueKey::of::<T, G>()
    }
}

/// ` ON CONFLICT (columns) DO UPDATE SET changes WHERE predicate [AND (condition)]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct DoUpdate<T, G, C, P, F = NoCondition> {
    changes: C,
    predicate: P,
    condition: F,
    of: PhantomData<fn() -> (T, G)>,
}

impl<T, G, C, P> DoUpdate<T, G, C, P> {
    pub(super) fn new(changes: C, predicate: P) -> Self {
        Self {
            changes,
            predicate,
            condition: NoCondition,
            of: PhantomData,
        }
    }
}

impl<T, G, C, P, F> DoUpdate<T, G, C, P, F> {
    pub(super) fn and_also<E>(self, condition: E) -> DoUpdate<T, G, C, P, AndAlso<F, E>> {
        DoUpdate {
            changes: self.changes,
            predicate: self.predicate,
            condition: AndAlso {
                before: self.condition,
                condition: Fence::new(condition),
            },
            of: PhantomData,
        }
    }
}

impl<T, G, C, P, F> QueryId for DoUpdate<T, G, C, P, F>
where
    T: 'static,
    G: 'static,
    C: QueryId,
    P: QueryId,
    F: QueryId,
{
    type QueryId = DoUpdate<T, G, C::QueryId, P::QueryId, F::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        C::HAS_STATIC_QUERY_ID && P::HAS_STATIC_QUERY_ID && F::HAS_STATIC_QUERY_ID;
}

impl<T, G, C, P, F> ConflictAction for DoUpdate<T, G, C, P, F>
where
    T: ScopedTable,
    G: ConflictTarget<T>,
    C: ChangesFragment,
{
    const WRITES_EACH_ROW: bool = true;
    type At = DoUpdate<T, G, Touching<C, T::Kept>, P, F>;

    fn at(self, now: Now) -> Self::At {
        DoUpdate {
            changes: Touching::at(self.changes, now),
            predicate: self.predicate,
            condition: self.condition,
            of: PhantomData,
        }
    }

    fn nothing_to_do(&self) -> bool {
        self.changes.nothing_to_do()
    }

    fn key() -> UniqueKey {
        UniqueKey::of::<T, G>()
    }
}

/// No condition of the user's.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoCondition;

/// ` AND (condition)`, behind those before it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct AndAlso<F, E> {
    before: F,
    condition: Fence<E>,
}

fn push_target<G: ConflictTarget<T>, T, DB: Backend>(
    out: &mut AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    out.push_sql(" ON CONFLICT (");
    for (index, column) in G::columns(Seal::new()).iter().enumerate() {
        if index > 0 {
            out.push_sql(", ");
        }
        out.push_identifier(column)?;
    }
    out.push_sql(")");
    Ok(())
}

impl<DB, T, G> QueryFragment<DB> for DoNothing<T, G>
where
    DB: UpsertDialect,
    T: ScopedTable,
    G: ConflictTarget<T>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !DB::HAS_TARGETS {
            return any_key::push_nothing::<DB, T, G>(&mut out);
        }
        push_target::<G, T, DB>(&mut out)?;
        out.push_sql(" DO NOTHING");
        Ok(())
    }
}

impl<DB, T, G, C, P, F> QueryFragment<DB> for DoUpdate<T, G, C, P, F>
where
    DB: UpsertDialect,
    T: ScopedTable,
    G: ConflictTarget<T>,
    C: QueryFragment<DB>,
    P: QueryFragment<DB>,
    F: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !DB::HAS_TARGETS {
            any_key::push_guard::<DB, T, G>(&mut out, |out| self.may_change(out))?;
            out.push_sql(", ");
            return self.changes.walk_ast(out);
        }
        push_target::<G, T, DB>(&mut out)?;
        out.push_sql(" DO UPDATE SET ");
        self.changes.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.may_change(out)
    }
}

impl<T, G, C, P, F> DoUpdate<T, G, C, P, F> {
    fn may_change<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        P: QueryFragment<DB>,
        F: QueryFragment<DB>,
    {
        self.predicate.walk_ast(out.reborrow())?;
        self.condition.walk_ast(out)
    }
}

impl<DB: Backend> QueryFragment<DB> for NoCondition {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB: Backend, F, E> QueryFragment<DB> for AndAlso<F, E>
where
    F: QueryFragment<DB>,
    Fence<E>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.before.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.condition.walk_ast(out)
    }
}
