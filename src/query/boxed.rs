//! Queries of one type, whatever conditions they have, for conditions that are only known
//! at run time.

use diesel::backend::Backend;
use diesel::dsl;
use diesel::query_dsl::methods::BoxedDsl;

use super::select::ScopedQuery;

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L> {
    /// Gives the query a type that further conditions, orders and selections of the same
    /// columns do not change. As diesel's [`into_boxed`](diesel::QueryDsl::into_boxed).
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
    /// let (name, heavier_than) = (Some("T%"), None::<i32>);
    ///
    /// let mut query = Repo::<Item>::new(&scope).query().into_boxed();
    /// if let Some(name) = name {
    ///     query = query.filter(items::name.like(name));
    /// }
    /// if let Some(weight) = heavier_than {
    ///     query = query.filter(items::weight.gt(weight));
    /// }
    /// let found: Vec<Item> = query.order(items::name).limit(5).load(&mut session)?;
    /// assert_eq!(found.len(), 1);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// A limit and an offset do change the type: set them last. Group and join first. The
    /// text of a boxed query is built each time it runs, and prepared once per text.
    ///
    /// # Tenancy
    ///
    /// The conditions are checked as those of any query, and each stands in parentheses of
    /// its own; raw SQL in one of them does not compile.
    pub fn into_boxed<'a, DB>(self) -> ScopedQuery<dsl::IntoBoxed<'a, Q, DB>, QS, K, M, L>
    where
        DB: Backend,
        Q: BoxedDsl<'a, DB>,
    {
        ScopedQuery::with(self.query.internal_into_boxed(), self.key, self.limit)
    }
}
