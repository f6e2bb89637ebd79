//! Joins: the joined table brings its own predicate into the ON clause.

use diesel::backend::Backend;
use diesel::dsl::InnerJoinQuerySource;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::internal::table_macro::Inner;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::InternalJoinDsl;
use diesel::query_source::{JoinTo, QuerySource};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::select::ScopedQuery;
use crate::__private::Seal;
use crate::ownership::{JoinSource, Predicate};

/// The ON clause of a scoped join: the join's own condition, and whose rows of the
/// joined table may be seen.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ScopedOn<On, P> {
    on: On,
    predicate: P,
}

impl<On, P> Expression for ScopedOn<On, P>
where
    On: Expression,
    P: Expression,
{
    type SqlType = Bool;
}

impl<QS, On, P> AppearsOnTable<QS> for ScopedOn<On, P>
where
    On: AppearsOnTable<QS>,
    P: AppearsOnTable<QS>,
{
}

impl<GB, On: ValidGrouping<GB>, P> ValidGrouping<GB> for ScopedOn<On, P> {
    type IsAggregate = On::IsAggregate;
}

impl<DB, On, P> QueryFragment<DB> for ScopedOn<On, P>
where
    DB: Backend,
    On: QueryFragment<DB>,
    P: QueryFragment<DB> + Predicate,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if P::FOR_EVERYONE {
            return self.on.walk_ast(out);
        }
        out.push_sql("(");
        self.on.walk_ast(out.reborrow())?;
        out.push_sql(") AND ");
        self.predicate.walk_ast(out)
    }
}

/// The ON clause of a join of `R` to `QS`, in a scope with the key `K`.
type OnOf<QS, R, K> = ScopedOn<<QS as JoinTo<R>>::OnClause, <R as JoinSource<K>>::Joined>;

type JoinedQuery<Q, QS, R, K> = <Q as InternalJoinDsl<R, Inner, OnOf<QS, R, K>>>::Output;

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L>
where
    QS: QuerySource,
{
    /// Joins another table by its `joinable!`. As diesel's
    /// [`inner_join`](diesel::QueryDsl::inner_join).
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
    /// let named: Vec<(String, String)> = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .inner_join(categories::table)
    ///     .select((items::name, categories::name))
    ///     .order(items::name)
    ///     .load(&mut session)?;
    /// assert_eq!(named[0], ("Lamp".into(), "Light".into()));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Tenancy
    ///
    /// The joined table's own predicate goes into the ON clause. A table that has
    /// no `Scoped` model cannot be joined.
    pub fn inner_join<R>(
        self,
        rhs: R,
    ) -> ScopedQuery<JoinedQuery<Q, QS, R, K>, InnerJoinQuerySource<QS, R, OnOf<QS, R, K>>, K, M, L>
    where
        R: JoinSource<K> + QuerySource,
        QS: JoinTo<R, FromClause = R>,
        Q: InternalJoinDsl<R, Inner, OnOf<QS, R, K>>,
    {
        let predicate = R::joined(&self.key, Seal::new());
        let (rhs, on) = QS::join_target(rhs);
        ScopedQuery::with(
            self.query.join(rhs, Inner, ScopedOn { on, predicate }),
            self.key,
            self.limit,
        )
    }
}
