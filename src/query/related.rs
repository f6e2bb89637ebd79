//! Rows that have, or have not, a related row of the same tenant.

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::internal::table_macro::{Inner as InnerKind, Join};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::{JoinTo, QuerySource, Table};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, BoolOrNullableBool};

use super::fence::Fence;
use super::guard::{InScope, door};
use super::limit::NoLimit;
use super::limited::Stmt;
use super::same_scope::Nested;
use super::select::ScopedQuery;
use super::selection::Unselected;
use crate::key::TenantKey;

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
pub trait OneTable: Table + HasTable<Table = Self> {}

#[diagnostic::do_not_recommend]
impl<T: Table + HasTable<Table = T>> OneTable for T {}

type Tied<CQ, On> = Nested<Stmt<dsl::Filter<CQ, Correlated<On>>, NoLimit>>;

type Having<Q, CQ, On, const HAS: bool> = dsl::Filter<Q, HasRelated<Tied<CQ, On>, HAS>>;

type Implicit<QS, C> = <QS as JoinTo<C>>::OnClause;

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L>
where
    QS: QuerySource,
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
    /// [`where_exists_on`](Self::where_exists_on)), or if the other query joins,
    /// selects or is limited (a count, for one, is there even where nothing is counted). Running it gives [`Error::ScopeMismatch`](crate::Error::ScopeMismatch) if
    /// the other query was made in the scope of another tenant.
    pub fn where_exists<CQ, C>(
        self,
        related: ScopedQuery<CQ, C, K, Unselected, NoLimit>,
    ) -> ScopedQuery<Having<Q, CQ, Implicit<QS, C>, true>, QS, K, M, L>
    where
        C: OneTable,
        QS: JoinTo<C, FromClause = C>,
        Implicit<QS, C>: Expression + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<Implicit<QS, C>>>,
        Q: FilterDsl<HasRelated<Tied<CQ, Implicit<QS, C>>, true>>,
    {
        const { door::<Implicit<QS, C>>() };
        let (_, on) = QS::join_target(C::table());
        self.with_related(tied(related, on))
    }

    /// Keeps the rows to which the other query has no related row: the opposite of
    /// [`where_exists`](Self::where_exists).
    ///
    /// # Errors
    ///
    /// As [`where_exists`](Self::where_exists).
    pub fn where_not_exists<CQ, C>(
        self,
        related: ScopedQuery<CQ, C, K, Unselected, NoLimit>,
    ) -> ScopedQuery<Having<Q, CQ, Implicit<QS, C>, false>, QS, K, M, L>
    where
        C: OneTable,
        QS: JoinTo<C, FromClause = C>,
        Implicit<QS, C>: Expression + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<Implicit<QS, C>>>,
        Q: FilterDsl<HasRelated<Tied<CQ, Implicit<QS, C>>, false>>,
    {
        const { door::<Implicit<QS, C>>() };
        let (_, on) = QS::join_target(C::table());
        self.with_related(tied(related, on))
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
    pub fn where_exists_on<CQ, C, On>(
        self,
        related: ScopedQuery<CQ, C, K, Unselected, NoLimit>,
        on: On,
    ) -> ScopedQuery<Having<Q, CQ, On, true>, QS, K, M, L>
    where
        C: OneTable,
        On: Expression<SqlType: BoolOrNullableBool> + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<On>>,
        Q: FilterDsl<HasRelated<Tied<CQ, On>, true>>,
    {
        const { door::<On>() };
        self.with_related(tied(related, on))
    }

    /// As [`where_not_exists`](Self::where_not_exists), with the condition that ties the two
    /// tables together.
    ///
    /// # Errors
    ///
    /// As [`where_exists_on`](Self::where_exists_on).
    pub fn where_not_exists_on<CQ, C, On>(
        self,
        related: ScopedQuery<CQ, C, K, Unselected, NoLimit>,
        on: On,
    ) -> ScopedQuery<Having<Q, CQ, On, false>, QS, K, M, L>
    where
        C: OneTable,
        On: Expression<SqlType: BoolOrNullableBool> + InScope<Join<QS, C, InnerKind>> + QueryId,
        CQ: FilterDsl<Correlated<On>>,
        Q: FilterDsl<HasRelated<Tied<CQ, On>, false>>,
    {
        const { door::<On>() };
        self.with_related(tied(related, on))
    }
}

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L> {
    fn with_related<S, const HAS: bool>(
        self,
        related: S,
    ) -> ScopedQuery<dsl::Filter<Q, HasRelated<S, HAS>>, QS, K, M, L>
    where
        Q: FilterDsl<HasRelated<S, HAS>>,
    {
        ScopedQuery::with(self.query.filter(HasRelated(related)), self.key, self.limit)
    }
}

/// The related rows, tied to a row of the outer query.
fn tied<CQ, C, K, On>(related: ScopedQuery<CQ, C, K, Unselected, NoLimit>, on: On) -> Tied<CQ, On>
where
    K: TenantKey,
    CQ: FilterDsl<Correlated<On>>,
{
    let query = related.query.filter(Correlated(Fence::new(on)));
    Nested::new(Stmt::new(query, NoLimit), &related.key)
}
