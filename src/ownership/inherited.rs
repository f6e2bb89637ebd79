//! Rows that belong through their parent: the test that the parent is the tenant's.

use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, SqlType, is_nullable};

use super::place::{At, Home, Place, Under};
use super::predicate::Predicate;
use crate::query::Dialect;

/// `EXISTS (SELECT 1 FROM parents AS tenancy_0001 WHERE tenancy_0001.id = child.parent_id
/// AND predicate)`, where the child stands in `P`, and the predicate is the parent's own.
#[derive(Debug)]
pub struct Related<T, F, I, O, P, Pr> {
    from: F,
    parent: At<I, Under<P>>,
    child: At<O, P>,
    predicate: Pr,
    of: PhantomData<fn() -> T>,
}

/// A [`Related`] of the parent table `T`.
#[doc(hidden)]
pub type RelatedTo<T, I, O, P, Pr> = Related<T, <T as QuerySource>::FromClause, I, O, P, Pr>;

impl<T, I, O, P, Pr> RelatedTo<T, I, O, P, Pr>
where
    T: QuerySource + HasTable<Table = T>,
    I: Default,
    O: Default,
{
    #[doc(hidden)]
    pub fn new(predicate: Pr) -> Self {
        Self {
            from: T::table().from_clause(),
            parent: At::new(),
            child: At::new(),
            predicate,
            of: PhantomData,
        }
    }
}

impl<T, F: Clone, I: Copy, O: Copy, P, Pr: Clone> Clone for Related<T, F, I, O, P, Pr> {
    fn clone(&self) -> Self {
        Self {
            from: self.from.clone(),
            parent: self.parent,
            child: self.child,
            predicate: self.predicate.clone(),
            of: PhantomData,
        }
    }
}

impl<T, F, I, O, P, Pr: Predicate> Predicate for Related<T, F, I, O, P, Pr> {
    const BINDS: usize = Pr::BINDS;
}

impl<T, F, I, O, P, Pr> QueryId for Related<T, F, I, O, P, Pr>
where
    T: 'static,
    I: QueryId,
    O: QueryId,
    P: Place,
    Pr: QueryId,
{
    type QueryId = Related<T, (), I::QueryId, O::QueryId, P, Pr::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        I::HAS_STATIC_QUERY_ID && O::HAS_STATIC_QUERY_ID && Pr::HAS_STATIC_QUERY_ID;
}

impl<T, F, I, O, P, Pr> Expression for Related<T, F, I, O, P, Pr> {
    type SqlType = Bool;
}

impl<QS, T, F, I, O, P, Pr> AppearsOnTable<QS> for Related<T, F, I, O, P, Pr> {}

impl<GB, T, F, I, O, P, Pr> ValidGrouping<GB> for Related<T, F, I, O, P, Pr> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, T, F, I, O, P, Pr> QueryFragment<DB> for Related<T, F, I, O, P, Pr>
where
    DB: Backend,
    F: QueryFragment<DB>,
    At<I, Under<P>>: QueryFragment<DB>,
    At<O, P>: QueryFragment<DB>,
    P: Place,
    Pr: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM ");
        self.from.walk_ast(out.reborrow())?;
        push_name::<Under<P>, DB>(&mut out)?;
        out.push_sql(" WHERE ");
        self.parent.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        self.child.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// ` AS name`, in a place with a name.
pub(crate) fn push_name<P: Place, DB: Backend>(out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
    if let Some(name) = P::NAME {
        out.push_sql(" AS ");
        out.push_identifier(name)?;
    }
    Ok(())
}

/// `(SELECT id FROM parents WHERE id = value AND predicate)`: the key of the parent, if the
/// predicate lets the scope write to it. A statement without it fails.
pub(super) fn walk_parent_key<'b, DB: Dialect>(
    from: &'b impl QueryFragment<DB>,
    id: &'b impl QueryFragment<DB>,
    value: impl FnOnce(AstPass<'_, 'b, DB>) -> QueryResult<()>,
    predicate: &'b impl QueryFragment<DB>,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    let (open, close) = DB::AROUND_PARENT;
    out.push_sql(open);
    out.push_sql("(SELECT ");
    id.walk_ast(out.reborrow())?;
    out.push_sql(" FROM ");
    from.walk_ast(out.reborrow())?;
    push_name::<Under<Home>, DB>(&mut out)?;
    out.push_sql(" WHERE ");
    id.walk_ast(out.reborrow())?;
    out.push_sql(" = ");
    value(out.reborrow())?;
    out.push_sql(" AND ");
    predicate.walk_ast(out.reborrow())?;
    out.push_sql(")");
    out.push_sql(close);
    Ok(())
}

/// A column type that can lead to a parent's key of the SQL type `ST`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot lead to a parent's key of type `{ST}`",
    label = "not the type of the parent's key",
    note = "the column of `parent(.., on = ..)` has the type of the parent's primary key, and is never `Nullable`: a row without a parent would be nobody's"
)]
pub trait LeadsTo<ST> {}

impl<ST: SqlType<IsNull = is_nullable::NotNull>> LeadsTo<ST> for ST {}
