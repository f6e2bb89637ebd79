//! Joins: the joined table brings its own predicate into the ON clause.

use diesel::backend::Backend;
use diesel::dsl::{InnerJoinQuerySource, LeftJoinQuerySource};
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::internal::table_macro::{Inner, Join, LeftOuter};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::InternalJoinDsl;
use diesel::query_source::{JoinTo, QuerySource};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::from_names::{FromNames, told_apart};
use super::guard::{InScope, door};
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
        // First, so that SQLite asks it first: whether the user's condition fails must not
        // tell what stands in another tenant's row.
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(" AND (");
        self.on.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// The table that the target `J` brings into a query over `QS`.
type Source<QS, J> = <QS as JoinTo<J>>::FromClause;

/// The ON clause of a join of `J` to `QS`, in a scope with the key `K`.
type OnOf<QS, J, K> =
    ScopedOn<<QS as JoinTo<J>>::OnClause, <Source<QS, J> as JoinSource<K>>::Joined>;

type Joined<Q, QS, J, K, Kind> =
    <Q as InternalJoinDsl<Source<QS, J>, Kind, OnOf<QS, J, K>>>::Output;

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L>
where
    QS: QuerySource + FromNames,
{
    /// Joins another table by its `joinable!`, or by a condition: `table.on(..)`. As
    /// diesel's [`inner_join`](diesel::QueryDsl::inner_join).
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
    /// let items = Repo::<Item>::new(&scope);
    /// let named: Vec<(String, String)> = items
    ///     .query()
    ///     .inner_join(categories::table)
    ///     .select((items::name, categories::name))
    ///     .order(items::name)
    ///     .load(&mut session)?;
    /// assert_eq!(named[0], ("Lamp".into(), "Light".into()));
    ///
    /// // A table is joined to itself by an alias.
    /// let heavier = diesel::alias!(items as heavier);
    /// let pairs: Vec<(String, String)> = items
    ///     .query()
    ///     .inner_join(heavier.on(heavier.field(items::weight).gt(items::weight)))
    ///     .select((items::name, heavier.field(items::name)))
    ///     .load(&mut session)?;
    /// assert_eq!(pairs, [("Lamp".into(), "Tent".into())]);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile if the table has no `Scoped` model, if the condition reads a
    /// table that is not in the query, or holds raw SQL, or if an alias has the name of another
    /// table of the query.
    ///
    /// # Tenancy
    ///
    /// The joined table's own predicate goes into the ON clause, beside the condition,
    /// which stands in parentheses.
    pub fn inner_join<J>(
        self,
        rhs: J,
    ) -> ScopedQuery<
        Joined<Q, QS, J, K, Inner>,
        InnerJoinQuerySource<QS, Source<QS, J>, OnOf<QS, J, K>>,
        K,
        M,
        L,
    >
    where
        QS: JoinTo<J>,
        Source<QS, J>: JoinSource<K> + FromNames + QuerySource,
        <QS as JoinTo<J>>::OnClause: InScope<Join<QS, Source<QS, J>, Inner>> + QueryId,
        Q: InternalJoinDsl<Source<QS, J>, Inner, OnOf<QS, J, K>>,
    {
        const { door::<<QS as JoinTo<J>>::OnClause>() };
        let (rhs, on) = scoped_on::<QS, J, K>(rhs, &self.key);
        ScopedQuery::with(self.query.join(rhs, Inner, on), self.key, self.limit)
    }

    /// Joins another table and keeps the rows that find no partner in it. As diesel's
    /// [`left_join`](diesel::QueryDsl::left_join): what is selected of the joined table
    /// is nullable.
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
    /// let with_items: Vec<(Category, Option<Item>)> = Repo::<Category>::new(&scope)
    ///     .query()
    ///     .left_join(items::table.on(items::category_id.eq(categories::id).and(items::weight.gt(500))))
    ///     .order(categories::name)
    ///     .load(&mut session)?;
    /// assert_eq!(with_items.len(), 2);
    /// assert!(with_items[1].1.is_none()); // nothing heavy gives light
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`inner_join`](Self::inner_join). Selecting a column of the joined table without
    /// `.nullable()` does not compile.
    ///
    /// # Tenancy
    ///
    /// The joined table's own predicate goes into the ON clause: another tenant's row is no
    /// partner, and the row on the left stays.
    pub fn left_join<J>(
        self,
        rhs: J,
    ) -> ScopedQuery<
        Joined<Q, QS, J, K, LeftOuter>,
        LeftJoinQuerySource<QS, Source<QS, J>, OnOf<QS, J, K>>,
        K,
        M,
        L,
    >
    where
        QS: JoinTo<J>,
        Source<QS, J>: JoinSource<K> + FromNames + QuerySource,
        <QS as JoinTo<J>>::OnClause: InScope<Join<QS, Source<QS, J>, Inner>> + QueryId,
        Q: InternalJoinDsl<Source<QS, J>, LeftOuter, OnOf<QS, J, K>>,
    {
        const { door::<<QS as JoinTo<J>>::OnClause>() };
        let (rhs, on) = scoped_on::<QS, J, K>(rhs, &self.key);
        ScopedQuery::with(self.query.join(rhs, LeftOuter, on), self.key, self.limit)
    }

    /// The same as [`left_join`](Self::left_join).
    pub fn left_outer_join<J>(
        self,
        rhs: J,
    ) -> ScopedQuery<
        Joined<Q, QS, J, K, LeftOuter>,
        LeftJoinQuerySource<QS, Source<QS, J>, OnOf<QS, J, K>>,
        K,
        M,
        L,
    >
    where
        QS: JoinTo<J>,
        Source<QS, J>: JoinSource<K> + FromNames + QuerySource,
        <QS as JoinTo<J>>::OnClause: InScope<Join<QS, Source<QS, J>, Inner>> + QueryId,
        Q: InternalJoinDsl<Source<QS, J>, LeftOuter, OnOf<QS, J, K>>,
    {
        const { door::<<QS as JoinTo<J>>::OnClause>() };
        self.left_join(rhs)
    }
}

/// The joined table, and the condition with its predicate.
fn scoped_on<QS, J, K>(rhs: J, key: &K) -> (Source<QS, J>, OnOf<QS, J, K>)
where
    QS: JoinTo<J> + FromNames,
    Source<QS, J>: JoinSource<K> + FromNames,
{
    const { told_apart::<QS, Source<QS, J>>() };
    let (rhs, on) = QS::join_target(rhs);
    let predicate = <Source<QS, J> as JoinSource<K>>::joined(key, Seal::new());
    (rhs, ScopedOn { on, predicate })
}
