//! A select over a tenant's rows.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::dsl;
use diesel::expression::{Expression, SelectableHelper};
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::{FilterDsl, OrderDsl, SelectDsl, ThenOrderDsl};
use diesel::sql_types::BoolOrNullableBool;

use super::dynamic::Checked;
use super::exists::{HasRows, ScopedExists};
use super::fence::Fence;
use super::guard::{InScope, Model, Widens, door};
use super::limit::{FirstRow, NoLimit, Numbers, SetLimit, SkipTo, Unlimited, check_numbers};
use super::limited::Stmt;
use super::page::{KeysetQuery, OrderOf, Pageable, ScopedPage, Seekable, total};
use super::selection::{Selected, Selection, Unselected};
use super::statement::{IntoFirst, Rows, Statement};
use crate::__private::Seal;
use crate::clock::Moment;
use crate::error::Result;
use crate::key::TenantKey;

/// A SELECT over the rows of one tenant.
///
/// It comes from [`Repo::query`](crate::Repo::query) or
/// [`Repo::find`](crate::Repo::find), and has the methods of diesel's `QueryDsl`
/// under the same names. What they take is checked: columns of the tables in the
/// query and plain values are fine, a subquery or raw SQL does not compile.
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
/// let light: Vec<Item> = Repo::<Item>::new(&scope)
///     .query()
///     .filter(items::name.like("T%").or(items::name.eq("Stove")))
///     .order(items::name.asc())
///     .limit(20)
///     .load(&mut session)?;
/// assert_eq!(light.len(), 2);
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// # Tenancy
///
/// The tenant's predicate is in the where clause before the first filter of the
/// user, and each filter stands in parentheses of its own. There is no
/// `or_filter`, no `into_inner`, and no way to the diesel query inside.
///
/// The type parameters are the diesel query, its from clause, the tenant's key,
/// whether the user has selected, and the limit. Nobody writes them.
#[must_use = "a query does nothing until it is loaded"]
pub struct ScopedQuery<Q, QS, K, M = Unselected, L = NoLimit> {
    pub(super) query: Q,
    pub(super) key: K,
    pub(super) limit: L,
    of: PhantomData<(QS, M)>,
}

impl<Q, QS, K> ScopedQuery<Q, QS, K> {
    pub(crate) fn new(query: Q, key: K) -> Self {
        Self::with(query, key, NoLimit)
    }
}

impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L> {
    pub(super) fn with(query: Q, key: K, limit: L) -> Self {
        Self {
            query,
            key,
            limit,
            of: PhantomData,
        }
    }

    /// Adds a condition, joined by AND. As diesel's
    /// [`filter`](diesel::QueryDsl::filter).
    ///
    /// # Errors
    ///
    /// Does not compile if the condition reads a table that is not in the query,
    /// or holds raw SQL or a list of values: see
    /// [`filter_dynamic`](Self::filter_dynamic) for those.
    pub fn filter<P>(self, predicate: P) -> ScopedQuery<dsl::Filter<Q, Fence<P>>, QS, K, M, L>
    where
        P: Expression + InScope<QS> + QueryId,
        Q: FilterDsl<Fence<P>>,
    {
        const { door::<P>() };
        ScopedQuery::with(
            self.query.filter(Fence::new(predicate)),
            self.key,
            self.limit,
        )
    }

    /// Not offered. It is here for its message only: nothing meets its bound.
    #[doc(hidden)]
    pub fn or_filter<P: Widens>(self, _: P) -> Self {
        self
    }

    /// Adds a condition whose SQL is only known at run time: raw `sql(..)`, a list
    /// of values, a boxed expression.
    ///
    /// The condition is checked when the query runs, before anything is sent. It
    /// may hold comparisons, boolean logic, literals, values and well-known
    /// functions.
    ///
    /// # Errors
    ///
    /// Running the query gives [`Error::RefusedSql`](crate::Error::RefusedSql) if
    /// the condition holds an unbalanced parenthesis or quote, a comment, a
    /// semicolon, a subquery, a sequence, a call of a function that is not known to be
    /// harmless, or a placeholder that is not of a bound value, as `?` is on SQLite and MySQL
    /// and `$1` everywhere. Beside bound values a quoted text holds no sign of a placeholder
    /// either: bind that text, too.
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
    /// let wanted = vec!["Tent", "Lamp"];
    /// let found: Vec<Item> = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .filter_dynamic(items::name.eq_any(wanted))
    ///     .load(&mut session)?;
    /// assert_eq!(found.len(), 2);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn filter_dynamic<P>(
        self,
        predicate: P,
    ) -> ScopedQuery<dsl::Filter<Q, Checked<P>>, QS, K, M, L>
    where
        P: Expression,
        P::SqlType: BoolOrNullableBool,
        Q: FilterDsl<Checked<P>>,
    {
        ScopedQuery::with(
            self.query.filter(Checked::new(predicate)),
            self.key,
            self.limit,
        )
    }

    /// Chooses what to load: a column, a tuple, or a struct's `as_select()`. As
    /// diesel's [`select`](diesel::QueryDsl::select).
    ///
    /// # Errors
    ///
    /// Does not compile if the selection reads a table that is not in the query,
    /// or holds raw SQL.
    pub fn select<S>(self, selection: S) -> ScopedQuery<S::Query, QS, K, Selected, L>
    where
        S: Expression + InScope<QS> + QueryId + Selection<Q, QS>,
    {
        const { door::<S>() };
        ScopedQuery::with(
            selection.select_from(self.query, Seal::new()),
            self.key,
            self.limit,
        )
    }

    /// Sets the order. As diesel's [`order`](diesel::QueryDsl::order).
    pub fn order<O>(self, order: O) -> ScopedQuery<dsl::Order<Q, O>, QS, K, M, L>
    where
        O: Expression + InScope<QS> + QueryId,
        Q: OrderDsl<O>,
    {
        const { door::<O>() };
        ScopedQuery::with(self.query.order(order), self.key, self.limit)
    }

    /// The same as [`order`](Self::order).
    pub fn order_by<O>(self, order: O) -> ScopedQuery<dsl::Order<Q, O>, QS, K, M, L>
    where
        O: Expression + InScope<QS> + QueryId,
        Q: OrderDsl<O>,
    {
        const { door::<O>() };
        ScopedQuery::with(self.query.order(order), self.key, self.limit)
    }

    /// Adds to the order. As diesel's
    /// [`then_order_by`](diesel::QueryDsl::then_order_by).
    pub fn then_order_by<O>(self, order: O) -> ScopedQuery<dsl::ThenOrderBy<Q, O>, QS, K, M, L>
    where
        O: Expression + InScope<QS> + QueryId,
        Q: ThenOrderDsl<O>,
    {
        const { door::<O>() };
        ScopedQuery::with(self.query.then_order_by(order), self.key, self.limit)
    }

    /// At most `limit` rows. As diesel's [`limit`](diesel::QueryDsl::limit).
    ///
    /// # Errors
    ///
    /// Running the query gives [`Error::InvalidPage`](crate::Error::InvalidPage) if the number
    /// is negative, which SQLite takes for no limit.
    pub fn limit(self, limit: i64) -> ScopedQuery<Q, QS, K, M, L::Limited>
    where
        L: SetLimit,
    {
        ScopedQuery::with(self.query, self.key, self.limit.limited(limit))
    }

    /// Without the first `offset` rows. As diesel's
    /// [`offset`](diesel::QueryDsl::offset).
    pub fn offset(self, offset: i64) -> ScopedQuery<Q, QS, K, M, L::Skipped>
    where
        L: SkipTo,
    {
        ScopedQuery::with(self.query, self.key, self.limit.skipped(offset))
    }

    /// Whether there is any such row. Load the answer with `get_result`.
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
    /// let have_one: bool = items
    ///     .query()
    ///     .filter(items::name.eq("Stove"))
    ///     .exists()
    ///     .get_result(&mut session)?;
    /// assert!(have_one);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile of groups without a selection: select a column of the group's, or an
    /// aggregate.
    pub fn exists(self) -> ScopedExists<Stmt<Q, L>, QS, K>
    where
        Q: HasRows,
    {
        ScopedExists::new(Stmt::new(self.query, self.limit), self.key)
    }

    /// Counts the rows. As diesel's [`count`](diesel::QueryDsl::count); not to be
    /// had behind a limit, which a count would ignore.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let count: i64 = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .count()
    ///     .get_result(&mut session)?;
    /// assert_eq!(count, 3);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn count(self) -> ScopedQuery<dsl::Select<Q, dsl::CountStar>, QS, K, Selected, L>
    where
        L: Unlimited,
        Q: SelectDsl<dsl::CountStar>,
    {
        ScopedQuery::with(self.query.select(dsl::count_star()), self.key, self.limit)
    }
}

impl<Q, QS, K: TenantKey, M, L> ScopedQuery<Q, QS, K, M, L> {
    /// One page of the rows, and how many there are on all pages. Pages are counted
    /// from 1. Run it with [`load_page`](crate::RunPageDsl::load_page).
    ///
    /// Behind `distinct` and `group_by`, the rows are the distinct ones and the groups, and the
    /// total is the number of those.
    ///
    /// Give the query an order that no two rows share, or rows may change their page from
    /// one statement to the next. A page far behind reads all rows before it; for long
    /// lists see [`keyset`](Self::keyset).
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    /// use tenancy::Page;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let page: Page<Item> = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .order((items::name.asc(), items::id.asc()))
    ///     .paginate(2, 2)
    ///     .load_page(&mut session)?;
    /// assert_eq!(page.rows[0].name, "Tent");
    /// assert_eq!((page.total, page.pages()), (3, 2));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Loading it gives [`Error::InvalidPage`](crate::Error::InvalidPage) for a page or
    /// a size below 1, and for numbers that are too large. A query that has a limit does
    /// not compile.
    pub fn paginate(self, number: i64, per_page: i64) -> ScopedPage<Self>
    where
        L: Pageable,
    {
        ScopedPage::new(self, number, per_page)
    }

    /// Pages in this order, each beginning where the last one ended: as fast far behind
    /// as in front, and steady while rows are written.
    ///
    /// The order is made of one to six columns of the query's table, each with `.asc()` or
    /// `.desc()`. It must hold the primary key (without the tenant column), so that no two
    /// rows stand at the same place; an index over the tenant column and the order's makes
    /// it fast. Columns may be nullable: NULLs stand where the database sorts them.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    /// use tenancy::KeyPage;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let pages = Repo::<Item>::new(&scope)
    ///     .query()
    ///     .keyset((items::name.asc(), items::id.desc()))
    ///     .limit(2);
    /// let first: KeyPage<Item, _> = pages.clone().load_page(&mut session)?;
    /// assert_eq!((first.rows[0].name.as_str(), first.rows.len()), ("Lamp", 2));
    /// if let Some(cursor) = first.next {
    ///     let second: KeyPage<Item, _> = pages.after(&cursor).load_page(&mut session)?;
    ///     assert_eq!(second.rows[0].name, "Tent");
    ///     assert!(second.next.is_none() && second.previous.is_some());
    /// }
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile for an order without the primary key, or one that holds anything
    /// but columns of the table; nor for a query that has been joined, ordered, selected
    /// or limited.
    pub fn keyset<O>(self, _: O) -> KeysetQuery<Q, QS, K, O>
    where
        Self: Seekable,
        O: OrderOf<QS> + QueryId,
    {
        const { door::<O>() };
        const { total::<<Self as Seekable>::Table, <Self as Seekable>::Key, O>() };
        KeysetQuery::new(self.query, self.key)
    }
}

impl<Q: Clone, QS, K: TenantKey, M, L: Clone> Clone for ScopedQuery<Q, QS, K, M, L> {
    fn clone(&self) -> Self {
        Self::with(self.query.clone(), self.key.duplicate(), self.limit.clone())
    }
}

impl<Q, QS, K: TenantKey, M, L> fmt::Debug for ScopedQuery<Q, QS, K, M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedQuery")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<Q, QS, K, M, L> crate::sealed::SealedStatement for ScopedQuery<Q, QS, K, M, L> {}

impl<Q, QS, K: TenantKey, M, L: Numbers> Statement for ScopedQuery<Q, QS, K, M, L> {
    type Key = K;
    type Asks = L::Asks;
    const VERB: &'static str = "select";

    fn key(&self) -> &K {
        &self.key
    }

    #[inline]
    fn check(&self) -> Result<()> {
        check_numbers(&self.limit)
    }
}

impl<Q, QS, K: TenantKey, M, L: FirstRow<First: Numbers> + Numbers> IntoFirst
    for ScopedQuery<Q, QS, K, M, L>
{
    type First = ScopedQuery<Q, QS, K, M, L::First>;

    fn into_first(self) -> Self::First {
        ScopedQuery::with(self.query, self.key, self.limit.first_row())
    }
}

impl<Q, QS, K, L, DB, U> Rows<DB, U> for ScopedQuery<Q, QS, K, Unselected, L>
where
    DB: Backend,
    K: TenantKey,
    L: Numbers,
    U: Model<QS, DB>,
    U::SelectExpression: Expression + QueryId,
    Q: SelectDsl<dsl::AsSelect<U, DB>>,
{
    type Query = Stmt<dsl::Select<Q, dsl::AsSelect<U, DB>>, L>;
    type Loaded = U;

    fn into_query(self, _: Moment<'_>) -> Self::Query {
        const { door::<U::SelectExpression>() };
        Stmt::new(self.query.select(U::as_select()), self.limit)
    }
}

impl<Q, QS, K, L, DB, U> Rows<DB, U> for ScopedQuery<Q, QS, K, Selected, L>
where
    DB: Backend,
    K: TenantKey,
    L: Numbers,
{
    type Query = Stmt<Q, L>;
    type Loaded = U;

    fn into_query(self, _: Moment<'_>) -> Self::Query {
        Stmt::new(self.query, self.limit)
    }
}
