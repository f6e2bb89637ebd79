//! Ancestors and descendants in a table that refers to itself, by a recursive query of
//! which every branch is scoped.

use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{Column, QuerySource};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use crate::__private::Seal;
use crate::ownership::{Home, ReadableBy, Scoped, ScopedTable, Shown, shown};

/// The name of the recursive part. No table can have it: see `ownership::place`.
const TREE: &str = "tenancy_tree";

/// Which way to walk.
#[doc(hidden)]
pub trait Direction: QueryId + Copy + 'static {
    /// Whether to walk towards the leaves.
    const DOWN: bool;
}

/// Towards the root.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Up;

/// Towards the leaves.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Down;

impl Direction for Up {
    const DOWN: bool = false;
}

impl Direction for Down {
    const DOWN: bool = true;
}

/// `id IN (WITH RECURSIVE ..) AND NOT (id = start)`: the rows above or below one row.
#[doc(hidden)]
#[derive(Debug)]
pub struct InTree<T, F, I, C, D, S, P> {
    table: F,
    id: I,
    parent: C,
    start: S,
    predicate: P,
    of: PhantomData<fn() -> (T, D)>,
}

/// An [`InTree`] of the model `M`, as far as the key `K` reads.
pub(crate) type TreeOf<M, C, D, K> = InTree<
    <M as Scoped>::Table,
    <<M as Scoped>::Table as QuerySource>::FromClause,
    <<M as Scoped>::Table as ScopedTable>::IdColumn,
    C,
    D,
    <M as Scoped>::IdPredicate,
    Shown<<M as Scoped>::Table, K, Home>,
>;

pub(crate) fn tree_of<M, C, D, K>(start: M::Id, parent: C, key: &K) -> TreeOf<M, C, D, K>
where
    M: Scoped,
    M::Table: ReadableBy<K> + HasTable<Table = M::Table>,
    <M::Table as ScopedTable>::IdColumn: Default,
{
    InTree {
        table: M::Table::table().from_clause(),
        id: Default::default(),
        parent,
        start: M::id_predicate(start, Seal::new()),
        predicate: shown::<M::Table, K, Home>(key, Seal::new()),
        of: PhantomData,
    }
}

impl<T, F, I, C, D, S, P> Clone for InTree<T, F, I, C, D, S, P>
where
    F: Clone,
    I: Clone,
    C: Clone,
    S: Clone,
    P: Clone,
{
    fn clone(&self) -> Self {
        Self {
            table: self.table.clone(),
            id: self.id.clone(),
            parent: self.parent.clone(),
            start: self.start.clone(),
            predicate: self.predicate.clone(),
            of: PhantomData,
        }
    }
}

impl<T, F, I, C, D, S, P> QueryId for InTree<T, F, I, C, D, S, P>
where
    T: 'static,
    I: QueryId,
    C: QueryId,
    D: Direction,
    S: QueryId,
    P: QueryId,
{
    type QueryId = InTree<T, (), I::QueryId, C::QueryId, D, S::QueryId, P::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        C::HAS_STATIC_QUERY_ID && S::HAS_STATIC_QUERY_ID && P::HAS_STATIC_QUERY_ID;
}

impl<T, F, I, C, D, S, P> Expression for InTree<T, F, I, C, D, S, P> {
    type SqlType = Bool;
}

impl<QS, T, F, I, C, D, S, P> AppearsOnTable<QS> for InTree<T, F, I, C, D, S, P> where
    I: AppearsOnTable<QS>
{
}

impl<GB, T, F, I, C, D, S, P> ValidGrouping<GB> for InTree<T, F, I, C, D, S, P> {
    type IsAggregate = is_aggregate::Never;
}

impl<T, F, I, C, D, S, P> InTree<T, F, I, C, D, S, P> {
    /// `SELECT id, parent FROM table`.
    fn select<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        F: QueryFragment<DB>,
        I: QueryFragment<DB>,
        C: QueryFragment<DB>,
    {
        out.push_sql("SELECT ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.parent.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.table.walk_ast(out)
    }

    /// ` INNER JOIN tree ON ..`: one step from what was found already.
    fn step<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        I: QueryFragment<DB>,
        C: QueryFragment<DB>,
        D: Direction,
    {
        out.push_sql(" INNER JOIN ");
        out.push_identifier(TREE)?;
        out.push_sql(" ON ");
        if D::DOWN {
            self.parent.walk_ast(out.reborrow())?;
        } else {
            self.id.walk_ast(out.reborrow())?;
        }
        out.push_sql(" = ");
        out.push_identifier(TREE)?;
        out.push_sql(if D::DOWN { ".node" } else { ".parent" });
        Ok(())
    }
}

/// `UNION`, not `UNION ALL`: a row that is above itself ends the walk.
impl<DB, T, F, I, C, D, S, P> QueryFragment<DB> for InTree<T, F, I, C, D, S, P>
where
    DB: Backend,
    F: QueryFragment<DB>,
    I: Column + QueryFragment<DB>,
    C: Column + QueryFragment<DB>,
    D: Direction,
    S: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(" IN (WITH RECURSIVE ");
        out.push_identifier(TREE)?;
        out.push_sql(" (node, parent) AS (");
        self.select(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.start.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(" UNION ");
        self.select(out.reborrow())?;
        self.step(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(") SELECT node FROM ");
        out.push_identifier(TREE)?;
        out.push_sql(") AND NOT (");
        self.start.walk_ast(out.reborrow())?;
        out.push_sql("))");
        Ok(())
    }
}
