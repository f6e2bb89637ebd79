//! DISTINCT and FILTER on aggregates, with their parts checked.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::internal::sql_functions::{FunctionFragment, IsAggregateFunction, IsWindowFunction};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BoolOrNullableBool;

use super::filter_dialect::FilterDialect;
use super::windowed::OfRows;

/// What [`filtered`] takes: an aggregate function, or [`distinct`] of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "not an aggregate function",
    note = "FILTER goes with aggregates: `sum(column)`, `count(column)`, `count_star()`, .., and `tenancy::dsl::distinct(..)` of them",
    note = "an aggregate function of your own needs `#[aggregate]` and `#[window]` in `#[declare_sql_function]`"
)]
pub trait Aggregate: Expression {
    #[doc(hidden)]
    type Function;
    /// As many as it takes.
    #[doc(hidden)]
    type Arguments;
    /// What stands before the arguments.
    #[doc(hidden)]
    const HEAD: &'static str;
    #[doc(hidden)]
    fn function(&self) -> &Self::Function;
}

impl<F> Aggregate for F
where
    F: Expression + IsWindowFunction + ValidGrouping<(), IsAggregate = is_aggregate::Yes>,
{
    type Function = F;
    type Arguments = F::ArgTypes;
    const HEAD: &'static str = "";

    fn function(&self) -> &F {
        self
    }
}

impl<F: Expression> Aggregate for Distinct<F> {
    type Function = F;
    type Arguments = (F,);
    const HEAD: &'static str = "DISTINCT ";

    fn function(&self) -> &F {
        &self.aggregate
    }
}

/// An aggregate over each value once: `count(DISTINCT column)`.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::dsl::count;
/// use tenancy::dsl::distinct;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let used: i64 = Repo::<Item>::new(&scope)
///     .query()
///     .select(distinct(count(items::category_id)))
///     .get_result(&mut session)?;
/// assert_eq!(used, 2);
/// # Ok::<(), tenancy::Error>(())
/// ```
pub fn distinct<F: Expression + IsAggregateFunction>(aggregate: F) -> Distinct<F> {
    Distinct { aggregate }
}

/// An aggregate over the rows for which a condition holds:
/// `sum(column) FILTER (WHERE condition)`.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::dsl::{count_star, sum};
/// use diesel::prelude::*;
/// use tenancy::dsl::filtered;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let (light, camp): (Option<i64>, i64) = Repo::<Item>::new(&scope)
///     .query()
///     .select((
///         filtered(sum(items::weight), items::category_id.eq(1)),
///         filtered(count_star(), items::category_id.eq(2)),
///     ))
///     .get_result(&mut session)?;
/// assert_eq!((light, camp), (Some(100), 2));
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// # Errors
///
/// Does not compile if the condition holds an aggregate or a window function; nor in a query
/// if the condition reads a table that is not in it, or holds raw SQL.
///
/// MySQL and MariaDB have no FILTER: there the condition stands in the argument,
/// `sum(CASE WHEN (condition) THEN column END)`. An aggregate function of your own with more
/// arguments than one does not compile there, and [`Error::Unsupported`](crate::Error) refuses
/// one that is not known to leave NULL out.
pub fn filtered<F, P>(aggregate: F, condition: P) -> Filtered<F, P>
where
    F: Aggregate,
    P: Expression<SqlType: BoolOrNullableBool> + ValidGrouping<(), IsAggregate: OfRows>,
{
    Filtered {
        aggregate,
        condition,
    }
}

/// `function(DISTINCT arguments)`. See [`distinct`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Distinct<F> {
    aggregate: F,
}

/// `aggregate FILTER (WHERE (condition))`. See [`filtered`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Filtered<F, P> {
    pub(super) aggregate: F,
    pub(super) condition: P,
}

impl<F: Expression> Expression for Distinct<F> {
    type SqlType = F::SqlType;
}

impl<F: Expression, P> Expression for Filtered<F, P> {
    type SqlType = F::SqlType;
}

impl<QS, F: AppearsOnTable<QS>> AppearsOnTable<QS> for Distinct<F> {}

impl<QS, F: AppearsOnTable<QS>, P: AppearsOnTable<QS>> AppearsOnTable<QS> for Filtered<F, P> {}

impl<QS, F: SelectableExpression<QS>> SelectableExpression<QS> for Distinct<F> {}

impl<QS, F, P> SelectableExpression<QS> for Filtered<F, P>
where
    F: SelectableExpression<QS>,
    P: AppearsOnTable<QS>,
{
}

impl<GB, F: ValidGrouping<GB>> ValidGrouping<GB> for Distinct<F> {
    type IsAggregate = F::IsAggregate;
}

/// The condition is about single rows, whatever the groups.
impl<GB, F: ValidGrouping<GB>, P> ValidGrouping<GB> for Filtered<F, P> {
    type IsAggregate = F::IsAggregate;
}

impl<DB: Backend, F: FunctionFragment<DB>> QueryFragment<DB> for Distinct<F> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(F::FUNCTION_NAME);
        out.push_sql("(DISTINCT ");
        self.aggregate.walk_arguments(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<DB, F, P> QueryFragment<DB> for Filtered<F, P>
where
    F: Aggregate<Function: FunctionFragment<DB>>,
    DB: FilterDialect<F::Arguments>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::push_filtered(F::HEAD, self.aggregate.function(), &self.condition, out)
    }
}
