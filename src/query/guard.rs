//! The guard: what an expression must be to stand in a scoped statement.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, Selectable};
use diesel::query_builder::QueryId;
use diesel::query_source::AppearsInFromClause;

use crate::__private::Seal;

/// A from clause that knows its tables and is no query source.
///
/// Columns of the tables of `QS` appear on it. A subquery of diesel's would need
/// `Join<_, Guard<QS>, _>: QuerySource`, which never holds.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Guard<QS>(PhantomData<QS>);

impl<QS, T> AppearsInFromClause<T> for Guard<QS>
where
    QS: AppearsInFromClause<T>,
{
    type Count = QS::Count;
}

/// An expression that may stand in a query over `QS` that is scoped to a tenant.
///
/// Columns of the tables in the query are, values are, and what diesel's
/// operators and functions make of them. A subquery is not, whatever it is wrapped
/// in: it would read a table without the tenant's predicate. The trait is
/// implemented for all that qualifies; it is not for implementing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used in a query scoped to one tenant",
    label = "reads a table that is not in the query, or is not checked by diesel",
    note = "only columns of the tables in the query and plain values are allowed here; diesel's subqueries (`exists`, `eq_any(query)`, `single_value`) and boxed expressions could read another tenant's rows",
    note = "to use another table's columns, join it: `.inner_join(other::table)`"
)]
pub trait InScope<QS> {
    #[doc(hidden)]
    fn seal(_: Seal);
}

#[diagnostic::do_not_recommend]
impl<P, QS> InScope<QS> for P
where
    P: AppearsOnTable<Guard<QS>> + Clone + QueryId,
    <P as QueryId>::QueryId: Clone,
{
    fn seal(_: Seal) {}
}

/// What could widen a query. Nothing can: it has no implementation.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`or_filter` is not offered: it would let rows in beside the tenant's condition",
    label = "widens the query beyond one tenant",
    note = "join the alternatives within one condition: `.filter(a.or(b))`"
)]
pub trait Widens {}

/// The one door that every expression of a user goes through: raw SQL has no
/// static shape, and stays out.
///
/// Called as `const { door::<P>() }`, so that the constant stands in the method
/// itself and the compiler points at the line that calls the method.
#[track_caller]
pub(crate) const fn door<P: QueryId>() {
    assert!(
        P::HAS_STATIC_QUERY_ID,
        "this expression's SQL is only known at run time: it holds raw SQL (`sql(..)`), a list of \
         values or something boxed. A condition like that goes into `filter_dynamic`, which checks \
         it before it runs; elsewhere use columns, values and declared functions"
    );
}

/// A row struct whose `#[derive(Selectable)]` selects from `QS` and nothing else.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be loaded from this query",
    label = "not what this query selects",
    note = "without a `.select(..)`, a query loads structs with `#[derive(Selectable)]` on one of its tables, or tuples of them; for single columns write `.select(column)`",
    note = "a `#[diesel(select_expression = ..)]` of the struct must not hold a subquery"
)]
pub trait Model<QS, DB: Backend>: Selectable<DB> {}

#[diagnostic::do_not_recommend]
impl<U, QS, DB> Model<QS, DB> for U
where
    DB: Backend,
    U: Selectable<DB>,
    U::SelectExpression: Expression + InScope<QS>,
{
}
