//! Subqueries: a scoped query within another statement of the same scope.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
    is_aggregate,
};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::is_nullable::{IsOneNullable, MaybeNullable};
use diesel::sql_types::{Bool, IntoNullable, MaybeNullableType, Nullable, OneIsNullable, SqlType};

use super::dialect::Dialect;
use super::limit::Numbers;
use super::limited::Stmt;
use super::same_scope::Nested;
use super::select::ScopedQuery;
use super::selection::Selected;
use super::statement::Reads;
use crate::__private::Seal;
use crate::key::TenantKey;

/// A scoped query that has selected one column, to stand within another statement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a subquery",
    label = "not a scoped query that selects one column",
    note = "make it from a `Repo` of the same scope and select a column: `repo.query().select(items::id)`"
)]
pub trait Subquery: crate::sealed::SealedStatement {
    /// The SQL type of the column.
    type SqlType: SqlType;
    #[doc(hidden)]
    type Nested;
    #[doc(hidden)]
    fn into_subquery(self, seal: Seal) -> Self::Nested;
}

impl<Q, QS, K, L> Subquery for ScopedQuery<Q, QS, K, Selected, L>
where
    Q: Query<SqlType: SqlType>,
    K: TenantKey,
    L: Numbers<Asks = Reads>,
{
    type SqlType = Q::SqlType;
    type Nested = Nested<Stmt<Q, L>>;

    fn into_subquery(self, _: Seal) -> Self::Nested {
        Nested::new(Stmt::new(self.query, self.limit), &self.key)
    }
}

/// SQL types that can be compared with `Other`: the same type, nullable or not.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be looked for among values of type `{Other}`",
    label = "the column and the subquery are of different types",
    note = "select a column of the same SQL type in the subquery"
)]
pub trait ComparableTo<Other> {}

impl<ST> ComparableTo<ST> for ST {}
impl<ST> ComparableTo<Nullable<ST>> for ST {}
impl<ST> ComparableTo<ST> for Nullable<ST> {}

/// Conditions that are made of a column and a scoped query.
///
/// They stand wherever a condition can: in `filter`, under `.or(..)` and `not(..)`, in the
/// filters of updates and deletes.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use diesel::prelude::*;
/// use tenancy::prelude::*;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let categories = Repo::<Category>::new(&scope);
/// let light = categories.query().filter(categories::name.eq("Light")).select(categories::id);
/// let found: Vec<Item> = Repo::<Item>::new(&scope)
///     .query()
///     .filter(items::category_id.within(light).or(items::name.eq("Tent")))
///     .load(&mut session)?;
/// assert_eq!(found.len(), 2);
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// # Errors
///
/// Running a statement gives [`Error::ScopeMismatch`](crate::Error::ScopeMismatch), before
/// anything is sent, if a query in it was made in the scope of another tenant. A diesel
/// query in place of a scoped one does not compile.
pub trait SubqueryExpressionMethods: Expression + Sized {
    /// `column IN (query)`: whether the query finds the column's value.
    fn within<S>(self, query: S) -> Within<Self, S::Nested, S::SqlType>
    where
        S: Subquery,
        Self::SqlType: ComparableTo<S::SqlType>,
    {
        Within::new(self, query.into_subquery(Seal::new()))
    }

    /// Whether the query does not find the column's value. A NULL in the column or in the
    /// query finds nothing and hides nothing, other than with SQL's `NOT IN`.
    fn without<S>(self, query: S) -> Without<Self, S::Nested>
    where
        S: Subquery,
        Self::SqlType: ComparableTo<S::SqlType>,
    {
        Without {
            column: self,
            query: query.into_subquery(Seal::new()),
        }
    }
}

impl<E: Expression> SubqueryExpressionMethods for E where E::SqlType: SqlType {}

/// `column IN (query)`. From [`SubqueryExpressionMethods::within`].
#[derive(Debug, Clone, Copy)]
pub struct Within<C, S, ST> {
    column: C,
    query: S,
    of: std::marker::PhantomData<ST>,
}

impl<C, S, ST> Within<C, S, ST> {
    fn new(column: C, query: S) -> Self {
        Self {
            column,
            query,
            of: std::marker::PhantomData,
        }
    }
}

impl<C, S, ST> Expression for Within<C, S, ST>
where
    C: Expression<SqlType: SqlType>,
    ST: SqlType,
    <C::SqlType as SqlType>::IsNull: OneIsNullable<ST::IsNull>,
    IsOneNullable<C::SqlType, ST>: MaybeNullableType<Bool>,
    MaybeNullable<IsOneNullable<C::SqlType, ST>, Bool>: TypedExpressionType,
{
    type SqlType = MaybeNullable<IsOneNullable<C::SqlType, ST>, Bool>;
}

impl<C: QueryId, S: QueryId, ST: 'static> QueryId for Within<C, S, ST> {
    type QueryId = Within<C::QueryId, S::QueryId, ()>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID && S::HAS_STATIC_QUERY_ID;
}

impl<DB, C, S, ST> QueryFragment<DB> for Within<C, S, ST>
where
    DB: Dialect,
    C: QueryFragment<DB>,
    S: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        out.push_sql(DB::AROUND_WANTED.0);
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(DB::AROUND_WANTED.1);
        out.push_sql("))");
        Ok(())
    }
}

/// `(column IN (query)) IS NOT TRUE`. From [`SubqueryExpressionMethods::without`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Without<C, S> {
    column: C,
    query: S,
}

impl<C: Expression, S> Expression for Without<C, S> {
    type SqlType = Bool;
}

impl<DB, C, S> QueryFragment<DB> for Without<C, S>
where
    DB: Dialect,
    C: QueryFragment<DB>,
    S: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("((");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        out.push_sql(DB::AROUND_WANTED.0);
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(DB::AROUND_WANTED.1);
        out.push_sql(")) IS NOT TRUE)");
        Ok(())
    }
}

/// The value that a scoped query finds, or NULL. From [`ScopedQuery::single_value`].
#[derive(Debug, Clone, Copy)]
pub struct SingleValue<S, ST> {
    query: S,
    of: std::marker::PhantomData<ST>,
}

impl<S, ST> Expression for SingleValue<S, ST>
where
    ST: IntoNullable<Nullable: TypedExpressionType>,
{
    type SqlType = ST::Nullable;
}

impl<S: QueryId, ST: 'static> QueryId for SingleValue<S, ST> {
    type QueryId = SingleValue<S::QueryId, ()>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<DB: Backend, S: QueryFragment<DB>, ST> QueryFragment<DB> for SingleValue<S, ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// A subquery reads its own tables only, so that a condition with one appears where its
/// column does.
macro_rules! appears_with_its_column {
    ($([$($generics:ident)*] $ty:ty),*) => { $(
        impl<QS, C: AppearsOnTable<QS>, $($generics),*> AppearsOnTable<QS> for $ty where
            Self: Expression
        {
        }

        impl<QS, C: SelectableExpression<QS>, $($generics),*> SelectableExpression<QS> for $ty where
            Self: Expression
        {
        }

        impl<GB, C: ValidGrouping<GB>, $($generics),*> ValidGrouping<GB> for $ty {
            type IsAggregate = C::IsAggregate;
        }
    )* };
}

appears_with_its_column!([S ST] Within<C, S, ST>, [S] Without<C, S>);

impl<QS, S, ST> AppearsOnTable<QS> for SingleValue<S, ST> where Self: Expression {}

impl<QS, S, ST> SelectableExpression<QS> for SingleValue<S, ST> where Self: Expression {}

impl<GB, S, ST> ValidGrouping<GB> for SingleValue<S, ST> {
    type IsAggregate = is_aggregate::Never;
}

impl<Q, QS, K, L> ScopedQuery<Q, QS, K, Selected, L>
where
    Self: Subquery,
{
    /// The query as a value in another statement of the same scope: what it finds in its
    /// first row, or NULL. As diesel's
    /// [`single_value`](diesel::QueryDsl::single_value); limit it to one row, or select an
    /// aggregate.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::dsl::max;
    /// use diesel::prelude::*;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let items = Repo::<Item>::new(&scope);
    /// let heaviest = items.query().select(max(items::weight)).single_value();
    /// let item: Item = items.query().filter(items::weight.eq(heaviest)).get_result(&mut session)?;
    /// assert_eq!(item.name, "Tent");
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn single_value(
        self,
    ) -> SingleValue<<Self as Subquery>::Nested, <Self as Subquery>::SqlType> {
        SingleValue {
            query: self.into_subquery(Seal::new()),
            of: std::marker::PhantomData,
        }
    }
}
