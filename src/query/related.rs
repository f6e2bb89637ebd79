//! Rows that have, or have not, a related row of the same tenant.

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::internal::table_macro::{Inner as InnerKind, Join};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::{JoinTo, QuerySource};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, BoolOrNullableBool};

use super::fence::Fence;
use super::from_names::{FromNames, told_apart};
use super::guard::{InScope, door};
use super::limit::NoLimit;
use super::limited::Stmt;
use super::same_scope::Nested;
use super::select::ScopedQuery;
use super::selection::Unselected;
use crate::key::TenantKey;
use crate::ownership::ScopedTable;

/// The condition that ties a related row to a row of the outer query. It reads both.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Correlated<On>(Fence<On>);

impl<On: Expression> Expression for Correlated<On> {
    type SqlType = On::SqlType;
}

impl<QS, On: Expression> AppearsOnTable<QS> for Correlated<On> {}

impl<GB, On> ValidGrouping<GB> for Correlated<On> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend, On: QueryFragment<DB>> QueryFragment<DB> for Correlated<On> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// `EXISTS (query)`, or with `NOT` before it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct HasRelated<S, const HAS: bool>(S);

impl<S: QueryId, const HAS: bool> QueryId for HasRelated<S, HAS> {
    type QueryId = HasRelated<S::QueryId, HAS>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S, const HAS: bool> Expression for HasRelated<S, HAS> {
    type SqlType = Bool;
}

impl<QS, S, const HAS: bool> AppearsOnTable<QS> for HasRelated<S, HAS> {}

impl<GB, S, const HAS: bool> ValidGrouping<GB> for HasRelated<S, HAS> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, S, const HAS: bool> QueryFragment<DB> for HasRelated<S, HAS>
where
    DB: Backend,
    S: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(if HAS { "EXISTS (" } else { "NOT EXISTS (" });
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// The one table that a related query reads. A join could read the outer query's table once
/// more, and the condition would then be about that one.
#[diagnostic::on_unimplemented(
    message = "the related rows come from one table",
    label = "not a query over one table",
    note = "give a query over one table that is filtered only: `repo.query().filter(..)`; instead of a join, nest another `where_exists`"
)]
pub trait OneTable: ScopedTable + HasTable<Table = Self> {}

#[diagnostic::do_not_recommend]
impl<T: ScopedTable + HasTable<Table = T>> OneTable for T {}

/// A related query that is filtered only.
#[diagnostic::on_unimplemented(
    message = "the related rows are selected, counted, limited, merged or locked",
    label = "only whether there is a row is asked",
    note = "give the related query as `repo.query().filter(..)`, without `.select(..)`, `.count()`, `.limit(..)` and the like: EXISTS looks for one row by itself, and a count is there even where nothing is counted"
)]
pub trait FilteredOnly {}

impl FilteredOnly for Unselected {}
impl FilteredOnly for NoLimit {}

type Tied<CQ, On> = Nested<Stmt<dsl::Filter<CQ, Correlated<On>>, NoLimit>>;

type Having<Q, CQ, On, const HAS: bool> = dsl::Filter<Q, HasRelated<Tied<CQ, On>, HAS>>;

type Implicit<QS, C> = <QS as JoinTo<C>>::OnClause;

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L>
where
    QS: QuerySource + FromNames,
    K: TenantKey,
{
    /// Keeps the rows to which the other query has a related row, by the `joinable!` of the
    /// two tables: `EXISTS`, correlated.
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
    /// let heavy = Repo::<Item>::new(&scope).query().filter(items::weight.gt(500));
    /// let with_heavy: Vec<Category> = Repo::<Category>::new(&scope)
    ///     .query()
    ///     .where_exists(heavy)
    ///     .load(&mut session)?;
    /// assert_eq!(with_heavy[0].name, "Camp");
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile if the tables have no `joinable!` (see
    /// [`where_exists_on`](Self::where_exists_on)), if the other query joins, selects or is
    /// limited (a count, for one, is there even where nothing is counted), or if an alias in this
    /// query has the name of the other's table. Running it gives
    /// [`Error::ScopeMismatch`](crate::Error::ScopeMismatch) if the other query was made in the
    /// scope of another tenant.
    pub fn where_exists<CQ, C, S, N>(
        self,
        related: ScopedQuery<CQ, C, K, S, N>,
    ) -> ScopedQuery<Having<Q, CQ, Implicit<QS, C>, true>, QS, K, M, L>
    where
        C: OneTable,
        S: FilteredOnly,
        N: FilteredOnly,
        QS: JoinTo<C, FromClause = C>,
        Implicit<QS, C>: Expression + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<Implicit<QS, C>>>,
        Q: FilterDsl<HasRelated<Tied<CQ, Implicit<QS, C>>, true>>,
    {
        const { door::<Implicit<QS, C>>() };
        let (_, on) = QS::join_target(C::table());
        self.related_to(related, on)
    }

    /// Keeps the rows to which the other query has no related row: the opposite of
    /// [`where_exists`](Self::where_exists).
    ///
    /// # Errors
    ///
    /// As [`where_exists`](Self::where_exists).
    pub fn where_not_exists<CQ, C, S, N>(
        self,
        related: ScopedQuery<CQ, C, K, S, N>,
    ) -> ScopedQuery<Having<Q, CQ, Implicit<QS, C>, false>, QS, K, M, L>
    where
        C: OneTable,
        S: FilteredOnly,
        N: FilteredOnly,
        QS: JoinTo<C, FromClause = C>,
        Implicit<QS, C>: Expression + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<Implicit<QS, C>>>,
        Q: FilterDsl<HasRelated<Tied<CQ, Implicit<QS, C>>, false>>,
    {
        const { door::<Implicit<QS, C>>() };
        let (_, on) = QS::join_target(C::table());
        self.related_to(related, on)
    }

    /// As [`where_exists`](Self::where_exists), with the condition that ties the two tables
    /// together.
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
    /// let settings = Repo::<Setting>::new(&scope);
    /// let named_in_settings = Repo::<Unit>::new(&scope)
    ///     .query()
    ///     .where_exists_on(settings.query(), settings::value.eq(units::name));
    /// let used: Vec<Unit> = named_in_settings.load(&mut session)?;
    /// assert_eq!(used[0].name, "g"); // Ben's setting says `oz`
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`where_exists`](Self::where_exists). Does not compile if the condition reads
    /// a table that is in neither query, or holds raw SQL.
    pub fn where_exists_on<CQ, C, S, N, On>(
        self,
        related: ScopedQuery<CQ, C, K, S, N>,
        on: On,
    ) -> ScopedQuery<Having<Q, CQ, On, true>, QS, K, M, L>
    where
        C: OneTable,
        S: FilteredOnly,
        N: FilteredOnly,
        On: Expression<SqlType: BoolOrNullableBool> + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<On>>,
        Q: FilterDsl<HasRelated<Tied<CQ, On>, true>>,
    {
        const { door::<On>() };
        self.related_to(related, on)
    }

    /// As [`where_not_exists`](Self::where_not_exists), with the condition that ties the two
    /// tables together.
    ///
    /// # Errors
    ///
    /// As [`where_exists_on`](Self::where_exists_on).
    pub fn where_not_exists_on<CQ, C, S, N, On>(
        self,
        related: ScopedQuery<CQ, C, K, S, N>,
        on: On,
    ) -> ScopedQuery<Having<Q, CQ, On, false>, QS, K, M, L>
    where
        C: OneTable,
        S: FilteredOnly,
        N: FilteredOnly,
        On: Expression<SqlType: BoolOrNullableBool> + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<On>>,
        Q: FilterDsl<HasRelated<Tied<CQ, On>, false>>,
    {
        const { door::<On>() };
        self.related_to(related, on)
    }
}

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L>
where
    QS: FromNames,
    K: TenantKey,
{
    fn related_to<CQ, C, S, N, On, const HAS: bool>(
        self,
        related: ScopedQuery<CQ, C, K, S, N>,
        on: On,
    ) -> ScopedQuery<Having<Q, CQ, On, HAS>, QS, K, M, L>
    where
        C: OneTable,
        CQ: FilterDsl<Correlated<On>>,
        Q: FilterDsl<HasRelated<Tied<CQ, On>, HAS>>,
    {
        const { told_apart::<QS, C>() };
        let tied = related.query.filter(Correlated(Fence::new(on)));
        let tied = Nested::new(Stmt::new(tied, NoLimit), &related.key);
        ScopedQuery::with(self.query.filter(HasRelated(tied)), self.key, self.limit)
    }
}
