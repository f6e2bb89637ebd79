//! The parent's key as a value, taken from the parent's own row.

use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::expression::{
    AppearsOnTable, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, SqlType};

use super::inherited::walk_parent_key;
use super::place::{At, Home, Under};
use super::{Scoped, ScopedTable};
use crate::__private::Seal;
use crate::clock::Birth;
use crate::query::Dialect;

/// A table whose rows belong through their parent. Made by `#[derive(Scoped)]`.
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` have no parent",
    label = "not a table whose rows belong through their parent",
    note = "`under` is for models with `#[scoped(parent(Thread, on = thread_id))]`; others insert at once: `repo.insert(..)`"
)]
pub trait Inherits: ScopedTable + crate::__private::SealedTable {
    /// The model of the parent.
    #[doc(hidden)]
    type Parent: Scoped;
    /// The column that leads to the parent.
    #[doc(hidden)]
    type ParentColumn;
    /// `E`, and what the library keeps in a new row.
    #[doc(hidden)]
    type WithKept<E>;
    #[doc(hidden)]
    fn with_kept<E>(stamp: E, birth: Birth<'_>, seal: Seal) -> Self::WithKept<E>;
}

/// `(SELECT id FROM parents WHERE id = value AND predicate)`: the key, if the predicate lets
/// the scope write to the parent, and else the statement fails.
#[doc(hidden)]
#[derive(Debug)]
pub struct ParentKey<T, F, I, ST, V, Pr> {
    from: F,
    parent: At<I, Under<Home>>,
    value: V,
    predicate: Pr,
    of: PhantomData<fn() -> (T, ST)>,
}

/// A [`ParentKey`] of the parent table `T`.
#[doc(hidden)]
pub(crate) type KeyOf<T, I, ST, V, Pr> = ParentKey<T, <T as QuerySource>::FromClause, I, ST, V, Pr>;

impl<T, I, ST, V, Pr> KeyOf<T, I, ST, V, Pr>
where
    T: QuerySource + HasTable<Table = T>,
    I: Default,
{
    pub(crate) fn new(value: V, predicate: Pr) -> Self {
        Self {
            from: T::table().from_clause(),
            parent: At::new(),
            value,
            predicate,
            of: PhantomData,
        }
    }
}

impl<T, F, I, ST, V, Pr> Expression for ParentKey<T, F, I, ST, V, Pr>
where
    ST: SqlType + TypedExpressionType,
{
    type SqlType = ST;
}

impl<QS, T, F, I, ST, V, Pr> AppearsOnTable<QS> for ParentKey<T, F, I, ST, V, Pr> where
    Self: Expression
{
}

impl<GB, T, F, I, ST, V, Pr> ValidGrouping<GB> for ParentKey<T, F, I, ST, V, Pr> {
    type IsAggregate = is_aggregate::Never;
}

impl<T, F, I, ST, V, Pr> QueryId for ParentKey<T, F, I, ST, V, Pr>
where
    T: 'static,
    I: QueryId,
    ST: 'static,
    Pr: QueryId,
{
    type QueryId = ParentKey<T, (), I::QueryId, ST, (), Pr::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = I::HAS_STATIC_QUERY_ID && Pr::HAS_STATIC_QUERY_ID;
}

impl<DB, T, F, I, ST, V, Pr> QueryFragment<DB> for ParentKey<T, F, I, ST, V, Pr>
where
    DB: Dialect + HasSqlType<ST>,
    F: QueryFragment<DB>,
    At<I, Under<Home>>: QueryFragment<DB>,
    V: ToSql<ST, DB>,
    Pr: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        walk_parent_key(
            &self.from,
            &self.parent,
            |mut out| out.push_bind_param::<ST, V>(&self.value),
            &self.predicate,
            out,
        )
    }
}
