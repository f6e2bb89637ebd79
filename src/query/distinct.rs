//! DISTINCT: each row once.

use diesel::dsl;
#[cfg(feature = "postgres")]
use diesel::expression::{Expression, SelectableExpression};
#[cfg(feature = "postgres")]
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::DistinctDsl;
#[cfg(feature = "postgres")]
use diesel::query_dsl::methods::DistinctOnDsl;

#[cfg(feature = "postgres")]
use super::guard::{InScope, door};
use super::merged::{Merged, Unlocked};
use super::select::ScopedQuery;

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L> {
    /// Each selected row once. As diesel's [`distinct`](diesel::QueryDsl::distinct).
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let used: Vec<i64> = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .select(items::category_id)
    ///     .distinct()
    ///     .order(items::category_id)
    ///     .load(&mut session)?;
    /// assert_eq!(used, [1, 2]);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `count` does not compile behind it: it would count all rows. Count distinct values
    /// with [`tenancy::dsl::distinct`](crate::dsl::distinct).
    pub fn distinct(self) -> ScopedQuery<dsl::Distinct<Q>, QS, K, M, Merged<L>>
    where
        L: Unlocked,
        Q: DistinctDsl,
    {
        ScopedQuery::with(self.query.distinct(), self.key, Merged::new(self.limit))
    }

    /// The first row of each set of rows in which these expressions are the same. As diesel's
    /// [`distinct_on`](diesel::QueryDsl::distinct_on). PostgreSQL only.
    ///
    /// # Errors
    ///
    /// As [`distinct`](Self::distinct) and [`select`](Self::select).
    #[cfg(feature = "postgres")]
    pub fn distinct_on<E>(
        self,
        expression: E,
    ) -> ScopedQuery<dsl::DistinctOn<Q, E>, QS, K, M, Merged<L>>
    where
        L: Unlocked,
        E: Expression + InScope<QS> + SelectableExpression<QS> + QueryId,
        Q: DistinctOnDsl<E>,
    {
        const { door::<E>() };
        ScopedQuery::with(
            self.query.distinct_on(expression),
            self.key,
            Merged::new(self.limit),
        )
    }
}
