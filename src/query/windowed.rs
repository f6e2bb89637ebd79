//! OVER: functions over a window, with each part of it checked.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, MixedAggregates, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::internal::sql_functions::{FunctionFragment, IsWindowFunction};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::aggregate::Filtered;
use super::dialect::Dialect;
use super::filter_dialect::FilterDialect;
use super::window::{Framed, NoPart, Window};

/// What [`over`] takes: an aggregate, `filtered` or not, or a window function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a window function",
    label = "has no window",
    note = "OVER goes with aggregates (`sum(column)`, `count_star()`, `filtered(..)`, ..) and with window functions (`row_number()`, `rank()`, `lag(column)`, ..)"
)]
pub trait WindowFunction {
    #[doc(hidden)]
    type Function: IsWindowFunction;
    #[doc(hidden)]
    type Only;
    #[doc(hidden)]
    fn into_parts(self) -> (Self::Function, Self::Only);
}

impl<F: IsWindowFunction> WindowFunction for F {
    type Function = F;
    type Only = NoPart;

    fn into_parts(self) -> (F, NoPart) {
        (self, NoPart)
    }
}

impl<F: IsWindowFunction, P: Expression> WindowFunction for Filtered<F, P> {
    type Function = F;
    type Only = Only<P>;

    fn into_parts(self) -> (F, Only<P>) {
        (self.aggregate, Only(self.condition))
    }
}

/// A function over a [`window`](super::window::window):
/// `function OVER (PARTITION BY .. ORDER BY .. ROWS ..)`.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::dsl::{lag, rank};
/// use diesel::prelude::*;
/// use tenancy::dsl::{over, window};
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let ranked: Vec<(String, i64, Option<String>)> = Repo::<Item>::new(&scope)
///     .query()
///     .select((
///         items::name,
///         over(rank(), window().order_by(items::weight.desc())),
///         over(lag(items::name), window().order_by(items::name)),
///     ))
///     .order(items::name)
///     .load(&mut session)?;
/// assert_eq!(ranked[0], ("Lamp".into(), 2, None));
/// assert_eq!(ranked[2], ("Tent".into(), 1, Some("Stove".into())));
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// A frame that leaves the row itself out can be empty, and `first_value` and its kin are NULL
/// over it. So whatever looks through such a frame is nullable, and is loaded as an `Option`;
/// behind a count, which is 0 over no rows, diesel's `.assume_not_null()` says so.
///
/// # Errors
///
/// It stands in a selection and in an order. In a condition, a group or another window it
/// does not compile; nor if a part of the window reads a table that is not in the query, or
/// holds raw SQL.
pub fn over<X, P, O, F>(
    function: X,
    window: Window<P, O, F>,
) -> Over<X::Function, X::Only, Window<P, O, F>>
where
    X: WindowFunction,
{
    let (function, only) = function.into_parts();
    Over {
        function,
        only,
        window,
    }
}

/// `function FILTER (..) OVER (window)`. See [`over`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Over<F, X, W> {
    function: F,
    only: X,
    window: W,
}

/// The condition of an aggregate over a window.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Only<P>(P);

/// Whether an expression is aggregate, of one that has a window function in it. It is no
/// answer that diesel takes in a condition.
#[derive(Debug, Clone, Copy)]
pub struct Windowed<A>(A);

/// An expression without window functions.
#[diagnostic::on_unimplemented(
    message = "a window function cannot stand here",
    label = "window functions stand in a selection or an order",
    note = "SQL looks through windows when the rows are chosen and grouped already: not in a condition, a group or another window"
)]
pub trait NotWindowed {}

impl NotWindowed for is_aggregate::Yes {}
impl NotWindowed for is_aggregate::No {}
impl NotWindowed for is_aggregate::Never {}

/// An expression of single rows.
#[diagnostic::on_unimplemented(
    message = "an aggregate or a window function cannot stand here",
    label = "not an expression of single rows",
    note = "SQL puts rows together into groups, and looks through windows, when this is decided already"
)]
pub trait OfRows {}

impl OfRows for is_aggregate::No {}
impl OfRows for is_aggregate::Never {}

macro_rules! mixes {
    ($($answer:ty),*) => { $(
        impl<A> MixedAggregates<$answer> for Windowed<A>
        where
            A: MixedAggregates<$answer>,
        {
            type Output = Windowed<A::Output>;
        }

        impl<A> MixedAggregates<Windowed<A>> for $answer
        where
            $answer: MixedAggregates<A>,
        {
            type Output = Windowed<<$answer as MixedAggregates<A>>::Output>;
        }
    )* };
}

// What is never aggregate mixes with everything already.
mixes!(is_aggregate::Yes, is_aggregate::No);

impl<A> MixedAggregates<is_aggregate::Never> for Windowed<A> {
    type Output = Windowed<A>;
}

impl<A: MixedAggregates<B>, B> MixedAggregates<Windowed<B>> for Windowed<A> {
    type Output = Windowed<A::Output>;
}

impl<F, X, P, O, R: Framed<F>> Expression for Over<F, X, Window<P, O, R>> {
    type SqlType = R::Value;
}

impl<QS, F, X, P, O, R> AppearsOnTable<QS> for Over<F, X, Window<P, O, R>>
where
    Self: Expression,
    F: AppearsOnTable<QS>,
    X: AppearsOnTable<QS>,
    P: AppearsOnTable<QS>,
    O: AppearsOnTable<QS>,
{
}

impl<QS, F, X, W> SelectableExpression<QS> for Over<F, X, W>
where
    F: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}

/// Each part must be valid in the group, without a window function of its own.
impl<GB, F, X, P, O, R> ValidGrouping<GB> for Over<F, X, Window<P, O, R>>
where
    F: IsWindowFunction,
    (F::ArgTypes, X, P, O): ValidGrouping<GB, IsAggregate: NotWindowed>,
{
    type IsAggregate = Windowed<<(F::ArgTypes, X, P, O) as ValidGrouping<GB>>::IsAggregate>;
}

impl<P: Expression> Expression for Only<P> {
    type SqlType = P::SqlType;
}

impl<QS, P: AppearsOnTable<QS>> AppearsOnTable<QS> for Only<P> {}

impl<GB, P: ValidGrouping<GB>> ValidGrouping<GB> for Only<P> {
    type IsAggregate = P::IsAggregate;
}

/// How a function is written that looks at these rows only.
#[doc(hidden)]
pub trait Narrows<F, DB: Backend> {
    fn push_function<'b>(&'b self, function: &'b F, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<F: FunctionFragment<DB>, DB: Backend> Narrows<F, DB> for NoPart {
    fn push_function<'b>(
        &'b self,
        function: &'b F,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        out.push_sql(F::FUNCTION_NAME);
        out.push_sql("(");
        function.walk_arguments(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<F, P, DB> Narrows<F, DB> for Only<P>
where
    F: IsWindowFunction + FunctionFragment<DB>,
    P: QueryFragment<DB>,
    DB: FilterDialect<F::ArgTypes>,
{
    fn push_function<'b>(&'b self, function: &'b F, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::push_filtered("", function, &self.0, out)
    }
}

impl<DB, F, X, P, O, R> QueryFragment<DB> for Over<F, X, Window<P, O, R>>
where
    DB: Dialect,
    F: FunctionFragment<DB>,
    X: Narrows<F, DB>,
    P: QueryFragment<DB>,
    O: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.only.push_function(&self.function, out.reborrow())?;
        out.push_sql(" OVER (");
        self.window.partition.walk_ast(out.reborrow())?;
        self.window.order.walk_ast(out.reborrow())?;
        if DB::has_frame(F::FUNCTION_NAME) {
            self.window.frame.walk_ast(out.reborrow())?;
        }
        out.push_sql(")");
        Ok(())
    }
}
