//! GROUP BY and HAVING.

use diesel::dsl;
use diesel::expression::{
    Expression, IsContainedInGroupBy, ValidGrouping, is_contained_in_group_by,
};
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::{GroupByDsl, HavingDsl};
use diesel::sql_types::BoolOrNullableBool;

use super::fence::Fence;
use super::guard::{InScope, door};
use super::merged::{Merged, Unlocked};
use super::select::ScopedQuery;
use super::windowed::{NotWindowed, OfRows};

/// A pretended GROUP BY over every column there is. What is valid in it and not windowed
/// holds no window function.
#[derive(Debug, Clone, Copy)]
pub enum EveryColumn {}

impl<C> IsContainedInGroupBy<C> for EveryColumn {
    type Output = is_contained_in_group_by::Yes;
}

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L> {
    /// Puts rows together into groups. As diesel's
    /// [`group_by`](diesel::QueryDsl::group_by): from then on a selection is made of the
    /// group's columns and of aggregates.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::dsl::{count_star, max};
    /// use diesel::prelude::*;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let crowded: Vec<(i64, i64, Option<i32>)> = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .group_by(items::category_id)
    ///     .having(count_star().gt(1))
    ///     .select((items::category_id, count_star(), max(items::weight)))
    ///     .load(&mut session)?;
    /// assert_eq!(crowded, [(2, 2, Some(2000))]);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile if the expression reads a table that is not in the query, or holds
    /// raw SQL, an aggregate or a window function. Nor does `count` behind it: count the
    /// rows of each group with `.select((column, count_star()))`.
    pub fn group_by<E>(self, expression: E) -> ScopedQuery<dsl::GroupBy<Q, E>, QS, K, M, Merged<L>>
    where
        L: Unlocked,
        E: Expression + InScope<QS> + ValidGrouping<(), IsAggregate: OfRows> + QueryId,
        Q: GroupByDsl<E>,
    {
        const { door::<E>() };
        ScopedQuery::with(
            self.query.group_by(expression),
            self.key,
            Merged::new(self.limit),
        )
    }

    /// Keeps the groups for which this holds. As diesel's
    /// [`having`](diesel::QueryDsl::having): a second one takes the place of the first. The
    /// example of [`group_by`](Self::group_by) has one.
    ///
    /// # Errors
    ///
    /// Does not compile without [`group_by`](Self::group_by), with a window function, or if
    /// the condition reads a table that is not in the query, or holds raw SQL.
    pub fn having<P>(self, predicate: P) -> ScopedQuery<dsl::Having<Q, Fence<P>>, QS, K, M, L>
    where
        P: Expression + InScope<QS> + QueryId,
        P: ValidGrouping<EveryColumn, IsAggregate: NotWindowed>,
        P::SqlType: BoolOrNullableBool,
        Q: HavingDsl<Fence<P>>,
    {
        const { door::<P>() };
        ScopedQuery::with(
            self.query.having(Fence::new(predicate)),
            self.key,
            self.limit,
        )
    }
}
