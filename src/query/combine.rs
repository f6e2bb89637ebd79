//! Set operations between scoped queries of the same scope.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;

use super::dialect::Dialect;
use super::limit::{FirstRow, LimitFragment, NoLimit, Numbers, SetLimit, SkipTo, check_numbers};
use super::page::{Pageable, ScopedPage};
use super::same_scope::Nested;
use super::select::ScopedQuery;
use super::statement::{IntoFirst, Reads, Rows, Statement};
use super::subquery::Subquery;
use crate::__private::Seal;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::key::TenantKey;

/// Two queries of one tenant, put together by a set operation. From
/// [`ScopedQuery::union`] and its kin.
///
/// It can be combined again, ordered by the position of a column, and limited or cut into pages.
#[must_use = "a query does nothing until it is loaded"]
pub struct ScopedCombination<A, B, Op, K, O = Unordered, L = NoLimit> {
    left: A,
    right: B,
    key: K,
    same_scope: bool,
    limit: L,
    of: PhantomData<(Op, O)>,
}

/// What the rows of two queries are put together by.
#[doc(hidden)]
pub trait SetOperation: QueryId + Copy + 'static {
    const SQL: &'static str;
}

macro_rules! set_operations {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => { $(
        $(#[$doc])*
        #[doc(hidden)]
        #[derive(Debug, Clone, Copy, QueryId)]
        pub struct $name;

        impl SetOperation for $name {
            const SQL: &'static str = $sql;
        }
    )* };
}

set_operations! {
    /// Rows of either query, each once.
    Union = " UNION ";
    /// Rows of either query.
    UnionAll = " UNION ALL ";
    /// Rows of both queries, each once.
    Intersect = " INTERSECT ";
    /// Rows of the first query that are not of the second, each once.
    Except = " EXCEPT ";
}

/// How a combination is ordered.
#[doc(hidden)]
pub trait Ordering: QueryId + Copy + 'static {
    const IS_ORDERED: bool;

    fn push_order<DB: Backend>(out: &mut AstPass<'_, '_, DB>);
}

/// As the database likes.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Unordered;

/// By the column in a position, counted from 1, and before that by what `Before` says.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByPosition<Before, const COLUMN: usize, const DESCENDING: bool>(
    PhantomData<fn() -> Before>,
);

impl<Before: 'static, const COLUMN: usize, const DESCENDING: bool> Copy
    for ByPosition<Before, COLUMN, DESCENDING>
{
}

impl<Before: 'static, const COLUMN: usize, const DESCENDING: bool> QueryId
    for ByPosition<Before, COLUMN, DESCENDING>
{
    type QueryId = Self;
}

impl Ordering for Unordered {
    const IS_ORDERED: bool = false;

    fn push_order<DB: Backend>(_: &mut AstPass<'_, '_, DB>) {}
}

impl<Before: 'static, const COLUMN: usize, const DESCENDING: bool> Clone
    for ByPosition<Before, COLUMN, DESCENDING>
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<Before: Ordering, const COLUMN: usize, const DESCENDING: bool> Ordering
    for ByPosition<Before, COLUMN, DESCENDING>
{
    const IS_ORDERED: bool = true;

    fn push_order<DB: Backend>(out: &mut AstPass<'_, '_, DB>) {
        Before::push_order(out);
        out.push_sql(if Before::IS_ORDERED {
            ", "
        } else {
            " ORDER BY "
        });
        out.push_sql(&COLUMN.to_string());
        out.push_sql(if DESCENDING { " DESC" } else { " ASC" });
    }
}

impl<A, B, Op, K, O, L> ScopedCombination<A, B, Op, K, O, L> {
    fn with<O2, L2>(self, limit: impl FnOnce(L) -> L2) -> ScopedCombination<A, B, Op, K, O2, L2> {
        ScopedCombination {
            left: self.left,
            right: self.right,
            key: self.key,
            same_scope: self.same_scope,
            limit: limit(self.limit),
            of: PhantomData,
        }
    }

    /// Orders by the column in a position, counted from 1; behind an order that is there
    /// already, by this one next.
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
    /// let things = Repo::<Item>::new(&scope).query().select(items::name);
    /// let kinds = Repo::<Category>::new(&scope).query().select(categories::name);
    /// let names: Vec<String> = things.union(kinds).order_by_position::<1>().load(&mut session)?;
    /// assert_eq!(names, ["Camp", "Lamp", "Light", "Stove", "Tent"]);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile for the position 0. Loading gives
    /// [`Error::Database`](crate::Error::Database) for one behind the last column.
    pub fn order_by_position<const COLUMN: usize>(
        self,
    ) -> ScopedCombination<A, B, Op, K, ByPosition<O, COLUMN, false>, L> {
        const { assert!(COLUMN > 0, "the first column has the position 1") };
        self.with(|limit| limit)
    }

    /// As [`order_by_position`](Self::order_by_position), the greatest first.
    ///
    /// # Errors
    ///
    /// As [`order_by_position`](Self::order_by_position).
    pub fn order_by_position_desc<const COLUMN: usize>(
        self,
    ) -> ScopedCombination<A, B, Op, K, ByPosition<O, COLUMN, true>, L> {
        const { assert!(COLUMN > 0, "the first column has the position 1") };
        self.with(|limit| limit)
    }

    /// At most `limit` rows. As diesel's [`limit`](diesel::QueryDsl::limit).
    pub fn limit(self, limit: i64) -> ScopedCombination<A, B, Op, K, O, L::Limited>
    where
        L: SetLimit,
    {
        self.with(|old| old.limited(limit))
    }

    /// Without the first `offset` rows. As diesel's
    /// [`offset`](diesel::QueryDsl::offset).
    pub fn offset(self, offset: i64) -> ScopedCombination<A, B, Op, K, O, L::Skipped>
    where
        L: SkipTo,
    {
        self.with(|old| old.skipped(offset))
    }
}

impl<A, B, Op, K, O, L> ScopedCombination<A, B, Op, K, O, L> {
    /// One page of the rows, and how many there are on all pages. As
    /// [`ScopedQuery::paginate`].
    ///
    /// # Errors
    ///
    /// As [`ScopedQuery::paginate`]. A combination that has a limit does not compile.
    pub fn paginate(self, number: i64, per_page: i64) -> ScopedPage<Self>
    where
        L: Pageable,
    {
        ScopedPage::new(self, number, per_page)
    }
}

/// What can be combined: a scoped query, or a combination of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be combined with a scoped query",
    label = "not a scoped query of the same kind of scope",
    note = "make it from a `Repo` of the same scope: `repo.query()`"
)]
pub trait Combinable<K>: Statement<Key = K, Asks = Reads> {}

impl<Q, QS, K: TenantKey, M, L: Numbers<Asks = Reads>> Combinable<K>
    for ScopedQuery<Q, QS, K, M, L>
{
}

impl<A, B, Op, K, O, L> Combinable<K> for ScopedCombination<A, B, Op, K, O, L>
where
    K: TenantKey,
    A: Combinable<K>,
    B: Combinable<K>,
    L: Numbers,
{
}

fn combine<A, B, Op, K>(left: A, right: B) -> ScopedCombination<A, B, Op, K>
where
    K: TenantKey,
    A: Combinable<K>,
    B: Combinable<K>,
{
    let key = left.key().duplicate();
    ScopedCombination {
        same_scope: key.as_key() == right.key().as_key(),
        left,
        right,
        key,
        limit: NoLimit,
        of: PhantomData,
    }
}

macro_rules! combining_methods {
    ($([$($generics:ident)*] $ty:ty where [$($bound:tt)*];)*) => { $(
        impl<$($generics,)* K: TenantKey> $ty where $($bound)* {
            /// Rows of either query, each once. As diesel's `union`.
            ///
            /// Both queries select the same SQL types, or load the same model.
            ///
            /// # Errors
            ///
            /// A diesel query does not compile. Loading gives
            /// [`Error::ScopeMismatch`](crate::Error::ScopeMismatch) if the other query was
            /// made in the scope of another tenant.
            pub fn union<Other: Combinable<K>>(
                self,
                other: Other,
            ) -> ScopedCombination<Self, Other, Union, K> {
                combine(self, other)
            }

            /// Rows of either query, also those that both have. As diesel's `union_all`.
            ///
            /// # Errors
            ///
            /// As [`union`](Self::union).
            pub fn union_all<Other: Combinable<K>>(
                self,
                other: Other,
            ) -> ScopedCombination<Self, Other, UnionAll, K> {
                combine(self, other)
            }

            /// Rows that both queries have. As diesel's `intersect`.
            ///
            /// # Errors
            ///
            /// As [`union`](Self::union).
            pub fn intersect<Other: Combinable<K>>(
                self,
                other: Other,
            ) -> ScopedCombination<Self, Other, Intersect, K> {
                combine(self, other)
            }

            /// Rows of this query that the other does not have. As diesel's `except`.
            ///
            /// # Errors
            ///
            /// As [`union`](Self::union).
            pub fn except<Other: Combinable<K>>(
                self,
                other: Other,
            ) -> ScopedCombination<Self, Other, Except, K> {
                combine(self, other)
            }
        }
    )* };
}

combining_methods!(
    [Q QS M L] ScopedQuery<Q, QS, K, M, L> where [L: Numbers<Asks = Reads>];
    [A B Op O L] ScopedCombination<A, B, Op, K, O, L> where [A: Combinable<K>, B: Combinable<K>, L: Numbers];
);

impl<A, B, Op, K: TenantKey, O, L> fmt::Debug for ScopedCombination<A, B, Op, K, O, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedCombination")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<A, B, Op, K, O, L> crate::sealed::SealedStatement for ScopedCombination<A, B, Op, K, O, L> {}

impl<A, B, Op, K, O, L> Statement for ScopedCombination<A, B, Op, K, O, L>
where
    K: TenantKey,
    A: Combinable<K>,
    B: Combinable<K>,
    L: Numbers,
{
    type Key = K;
    type Asks = Reads;
    const VERB: &'static str = "select";

    fn key(&self) -> &K {
        &self.key
    }

    fn check(&self) -> Result<()> {
        if !self.same_scope {
            return Err(Error::ScopeMismatch);
        }
        self.left.check()?;
        self.right.check()?;
        check_numbers(&self.limit)
    }
}

impl<A, B, Op, K, O, L> IntoFirst for ScopedCombination<A, B, Op, K, O, L>
where
    K: TenantKey,
    A: Combinable<K>,
    B: Combinable<K>,
    L: FirstRow<First: Numbers> + Numbers,
{
    type First = ScopedCombination<A, B, Op, K, O, L::First>;

    fn into_first(self) -> Self::First {
        self.with(FirstRow::first_row)
    }
}

impl<A, B, Op, K, O, L, DB, U> Rows<DB, U> for ScopedCombination<A, B, Op, K, O, L>
where
    DB: Backend,
    K: TenantKey,
    A: Combinable<K> + Rows<DB, U>,
    B: Combinable<K> + Rows<DB, U>,
    L: Numbers,
    A::Query: Query,
    B::Query: Query<SqlType = <A::Query as Query>::SqlType>,
{
    type Query = Combined<A::Query, B::Query, Op, O, L>;
    type Loaded = A::Loaded;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        Combined {
            left: self.left.into_query(moment),
            right: self.right.into_query(moment),
            limit: self.limit,
            of: PhantomData,
        }
    }
}

impl<A, B, Op, K, O, L> Subquery for ScopedCombination<A, B, Op, K, O, L>
where
    K: TenantKey,
    A: Subquery,
    B: Subquery<SqlType = A::SqlType>,
{
    type SqlType = A::SqlType;
    type Nested = Nested<Combined<A::Nested, B::Nested, Op, O, L>>;

    fn into_subquery(self, seal: Seal) -> Self::Nested {
        let combined = Combined {
            left: self.left.into_subquery(seal),
            right: self.right.into_subquery(seal),
            limit: self.limit,
            of: PhantomData,
        };
        Nested::new(combined, &self.key)
    }
}

/// `(left) UNION (right) ORDER BY .. LIMIT ..`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Combined<A, B, Op, O, L> {
    left: A,
    right: B,
    limit: L,
    of: PhantomData<(Op, O)>,
}

impl<A, B, Op, O, L> QueryId for Combined<A, B, Op, O, L>
where
    A: QueryId,
    B: QueryId,
    Op: SetOperation,
    O: Ordering,
    L: QueryId,
{
    type QueryId = Combined<A::QueryId, B::QueryId, Op, O, L::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        A::HAS_STATIC_QUERY_ID && B::HAS_STATIC_QUERY_ID && L::HAS_STATIC_QUERY_ID;
}

impl<A: Query, B, Op, O, L> Query for Combined<A, B, Op, O, L> {
    type SqlType = A::SqlType;
}

impl<A, B, Op, O, L, C> RunQueryDsl<C> for Combined<A, B, Op, O, L> {}

impl<DB, A, B, Op, O, L> QueryFragment<DB> for Combined<A, B, Op, O, L>
where
    DB: Dialect,
    A: QueryFragment<DB>,
    B: QueryFragment<DB>,
    Op: SetOperation,
    O: Ordering,
    L: LimitFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (open, close) = DB::AROUND_COMBINED;
        out.push_sql(open);
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(close);
        out.push_sql(Op::SQL);
        out.push_sql(open);
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(close);
        O::push_order(&mut out);
        self.limit.walk_limit(out)
    }
}
