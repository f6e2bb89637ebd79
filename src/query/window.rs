//! Windows: PARTITION BY, ORDER BY, and which rows around a row are looked at.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::expression_types::NotSelectable;
use diesel::expression::{
    AppearsOnTable, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::IntoNullable;

/// Which rows a window function looks at from a row. See [`window`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Window<P = NoPart, O = NoPart, F = NoPart> {
    pub(super) partition: P,
    pub(super) order: O,
    pub(super) frame: F,
}

/// A window over all rows of the query, for [`over`](super::windowed::over).
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::dsl::sum;
/// use diesel::prelude::*;
/// use tenancy::dsl::{CurrentRow, over, preceding, window};
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let here_and_before = window()
///     .order_by(items::name)
///     .rows(preceding::<1>(), CurrentRow);
/// let sums: Vec<Option<i64>> = Repo::<Item>::new(&scope)
///     .query()
///     .select(over(sum(items::weight), here_and_before))
///     .order(items::name)
///     .load(&mut session)?;
/// assert_eq!(sums, [Some(100), Some(100), Some(2000)]);
/// # Ok::<(), tenancy::Error>(())
/// ```
#[must_use]
pub const fn window() -> Window {
    Window {
        partition: NoPart,
        order: NoPart,
        frame: NoPart,
    }
}

impl<P, O, F> Window<P, O, F> {
    /// Looks at the rows only in which these expressions are as in the row itself.
    pub fn partition_by<E: Expression>(self, expression: E) -> Window<PartitionBy<E>, O, F> {
        Window {
            partition: PartitionBy(expression),
            order: self.order,
            frame: self.frame,
        }
    }

    /// Puts the rows of the window in order.
    pub fn order_by<E: Expression>(self, expression: E) -> Window<P, OrderBy<E>, F> {
        Window {
            partition: self.partition,
            order: OrderBy(expression),
            frame: self.frame,
        }
    }

    /// `ROWS BETWEEN start AND end`: cuts the window down by numbers of rows.
    pub fn rows<S: FrameStart<E>, E: FrameEnd>(
        self,
        _: S,
        _: E,
    ) -> Window<P, O, Frame<Rows, S, E>> {
        self.framed()
    }

    /// `RANGE BETWEEN start AND end`: the rows that are equal in order come together.
    pub fn range<S, E>(self, _: S, _: E) -> Window<P, O, Frame<Range, S, E>>
    where
        S: FrameStart<E> + NoOffset,
        E: FrameEnd + NoOffset,
    {
        self.framed()
    }

    fn framed<U, S, E>(self) -> Window<P, O, Frame<U, S, E>> {
        Window {
            partition: self.partition,
            order: self.order,
            frame: Frame(PhantomData),
        }
    }
}

impl<P, E, F> Window<P, OrderBy<E>, F> {
    /// `GROUPS BETWEEN start AND end`: cuts the window down by numbers of groups of rows that
    /// are equal in order. Needs an order; MySQL and MariaDB have no such thing.
    pub fn groups<S, T>(self, _: S, _: T) -> Window<P, OrderBy<E>, Frame<Groups, S, T>>
    where
        S: FrameStart<T>,
        T: FrameEnd,
    {
        self.framed()
    }
}

/// A part that a window does not have.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoPart;

/// `PARTITION BY expression`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct PartitionBy<E>(E);

/// `ORDER BY expression`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct OrderBy<E>(E);

/// `unit BETWEEN start AND end`, all of it in the type.
#[derive(Debug, Clone, Copy)]
pub struct Frame<U, S, E>(PhantomData<fn() -> (U, S, E)>);

impl<U: 'static, S: 'static, E: 'static> QueryId for Frame<U, S, E> {
    type QueryId = Self;
}

/// Frames by rows.
#[derive(Debug, Clone, Copy)]
pub enum Rows {}

/// Frames by what is equal in order.
#[derive(Debug, Clone, Copy)]
pub enum Range {}

/// Frames by groups of what is equal in order.
#[derive(Debug, Clone, Copy)]
pub enum Groups {}

/// The backends that have a unit of frames.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no frames by `{U}`",
    label = "no such frame here",
    note = "every backend has `.rows(..)` and `.range(..)`"
)]
pub trait FrameDialect<U>: Backend {
    #[doc(hidden)]
    const UNIT: &'static str;
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! frame_units {
    ($db:ty: $($unit:ty = $text:literal),*) => { $(
        impl FrameDialect<$unit> for $db {
            const UNIT: &'static str = $text;
        }
    )* };
}

#[cfg(feature = "sqlite")]
frame_units!(diesel::sqlite::Sqlite: Rows = "ROWS", Range = "RANGE", Groups = "GROUPS");
#[cfg(feature = "postgres")]
frame_units!(diesel::pg::Pg: Rows = "ROWS", Range = "RANGE", Groups = "GROUPS");
#[cfg(feature = "mysql")]
frame_units!(diesel::mysql::Mysql: Rows = "ROWS", Range = "RANGE");

/// Everything before the row.
#[derive(Debug, Clone, Copy)]
pub struct UnboundedPreceding;

/// `N` rows or groups before the row. See [`preceding`].
#[derive(Debug, Clone, Copy)]
pub struct Preceding<const N: u32>;

/// The row itself; in frames by range and by groups, with what is equal to it in order.
#[derive(Debug, Clone, Copy)]
pub struct CurrentRow;

/// `N` rows or groups after the row. See [`following`].
#[derive(Debug, Clone, Copy)]
pub struct Following<const N: u32>;

/// Everything after the row.
#[derive(Debug, Clone, Copy)]
pub struct UnboundedFollowing;

/// `N` rows or groups before the row. The number is a part of the type, since it is a part
/// of the SQL: `preceding::<2>()`.
#[must_use]
pub const fn preceding<const N: u32>() -> Preceding<N> {
    Preceding
}

/// `N` rows or groups after the row: `following::<2>()`.
#[must_use]
pub const fn following<const N: u32>() -> Following<N> {
    Following
}

/// Where a frame can start that ends with `E`.
#[diagnostic::on_unimplemented(
    message = "a frame cannot go from `{Self}` to `{E}`",
    label = "SQL does not allow this start with this end",
    note = "a frame goes forward: `UnboundedPreceding`, `preceding::<N>()`, `CurrentRow`, `following::<N>()`, `UnboundedFollowing`"
)]
pub trait FrameStart<E>: FrameBound {}

/// Where a frame can end.
#[diagnostic::on_unimplemented(
    message = "a frame cannot end with `{Self}`",
    label = "not an end of a frame",
    note = "a frame ends with `preceding::<N>()`, `CurrentRow`, `following::<N>()` or `UnboundedFollowing`"
)]
pub trait FrameEnd: FrameBound {}

/// A bound that counts nothing. The meaning of a number in a RANGE depends on the type of the
/// order, which diesel does not know.
#[diagnostic::on_unimplemented(
    message = "a frame by range has no offset of its own here",
    label = "counts rows or groups",
    note = "count rows with `.rows(..)`, or groups with `.groups(..)`"
)]
pub trait NoOffset {}

impl NoOffset for UnboundedPreceding {}
impl NoOffset for CurrentRow {}
impl NoOffset for UnboundedFollowing {}

/// How a bound is written, and whether a frame with it can be empty.
pub trait FrameBound {
    #[doc(hidden)]
    const OFFSET: Option<u32> = None;
    #[doc(hidden)]
    const TEXT: &'static str;
    /// `Kept` if a frame that starts here has a row, else `Empty`.
    #[doc(hidden)]
    type Start<Kept, Empty>;
    /// The same of a frame that ends here.
    #[doc(hidden)]
    type End<Kept, Empty>;
}

impl FrameBound for UnboundedPreceding {
    const TEXT: &'static str = "UNBOUNDED PRECEDING";
    type Start<Kept, Empty> = Kept;
    type End<Kept, Empty> = Empty;
}

impl<const N: u32> FrameBound for Preceding<N> {
    const OFFSET: Option<u32> = Some(N);
    const TEXT: &'static str = " PRECEDING";
    type Start<Kept, Empty> = Kept;
    type End<Kept, Empty> = Empty;
}

impl FrameBound for CurrentRow {
    const TEXT: &'static str = "CURRENT ROW";
    type Start<Kept, Empty> = Kept;
    type End<Kept, Empty> = Kept;
}

impl<const N: u32> FrameBound for Following<N> {
    const OFFSET: Option<u32> = Some(N);
    const TEXT: &'static str = " FOLLOWING";
    type Start<Kept, Empty> = Empty;
    type End<Kept, Empty> = Kept;
}

impl FrameBound for UnboundedFollowing {
    const TEXT: &'static str = "UNBOUNDED FOLLOWING";
    type Start<Kept, Empty> = Empty;
    type End<Kept, Empty> = Kept;
}

/// What the function `F` gives over a frame: what it always gives, or NULL as well if the frame
/// can have no rows.
#[doc(hidden)]
pub trait Framed<F> {
    type Value: TypedExpressionType;
}

impl<F: Expression> Framed<F> for NoPart {
    type Value = F::SqlType;
}

impl<F, U, S, E> Framed<F> for Frame<U, S, E>
where
    F: Expression<SqlType: IntoNullable>,
    S: FrameBound,
    E: FrameBound,
    Reached<F, S, E>: TypedExpressionType,
{
    type Value = Reached<F, S, E>;
}

type NullOr<F> = <<F as Expression>::SqlType as IntoNullable>::Nullable;

type Reached<F, S, E> = <E as FrameBound>::End<
    <S as FrameBound>::Start<<F as Expression>::SqlType, NullOr<F>>,
    NullOr<F>,
>;

impl<const N: u32> FrameEnd for Preceding<N> {}
impl FrameEnd for CurrentRow {}
impl<const N: u32> FrameEnd for Following<N> {}
impl FrameEnd for UnboundedFollowing {}

impl<E: FrameEnd> FrameStart<E> for UnboundedPreceding {}
impl<const N: u32, E: FrameEnd> FrameStart<E> for Preceding<N> {}
impl FrameStart<CurrentRow> for CurrentRow {}
impl<const N: u32> FrameStart<Following<N>> for CurrentRow {}
impl FrameStart<UnboundedFollowing> for CurrentRow {}
impl<const M: u32, const N: u32> FrameStart<Following<N>> for Following<M> {}
impl<const M: u32> FrameStart<UnboundedFollowing> for Following<M> {}

// The parts are expressions, so that one bound says that each is checked.
macro_rules! part {
    ([$($generics:tt)*] $ty:ty: $($inner:ident)?) => {
        impl<$($generics)*> Expression for $ty {
            type SqlType = NotSelectable;
        }

        impl<QS, $($generics)*> AppearsOnTable<QS> for $ty
        where
            $ty: Expression,
            $($inner: AppearsOnTable<QS>)?
        {
        }
    };
}

part!([] NoPart:);
part!([E: Expression] PartitionBy<E>: E);
part!([E: Expression] OrderBy<E>: E);

impl<GB> ValidGrouping<GB> for NoPart {
    type IsAggregate = is_aggregate::Never;
}

impl<GB, E: ValidGrouping<GB>> ValidGrouping<GB> for PartitionBy<E> {
    type IsAggregate = E::IsAggregate;
}

impl<GB, E: ValidGrouping<GB>> ValidGrouping<GB> for OrderBy<E> {
    type IsAggregate = E::IsAggregate;
}

impl<DB: Backend> QueryFragment<DB> for NoPart {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB: Backend, E: QueryFragment<DB>> QueryFragment<DB> for PartitionBy<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("PARTITION BY ");
        self.0.walk_ast(out)
    }
}

impl<DB: Backend, E: QueryFragment<DB>> QueryFragment<DB> for OrderBy<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" ORDER BY ");
        self.0.walk_ast(out)
    }
}

impl<DB, U, S, E> QueryFragment<DB> for Frame<U, S, E>
where
    DB: FrameDialect<U>,
    S: FrameBound,
    E: FrameBound,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" ");
        out.push_sql(DB::UNIT);
        out.push_sql(" BETWEEN ");
        push_bound::<S, DB>(&mut out);
        out.push_sql(" AND ");
        push_bound::<E, DB>(&mut out);
        Ok(())
    }
}

fn push_bound<B: FrameBound, DB: Backend>(out: &mut AstPass<'_, '_, DB>) {
    if let Some(offset) = B::OFFSET {
        out.push_sql(&offset.to_string());
    }
    out.push_sql(B::TEXT);
}
