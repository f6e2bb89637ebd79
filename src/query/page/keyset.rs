//! A page by the place where the last one ended.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::dsl;
use diesel::expression::{Expression, SelectableExpression, SelectableHelper};
use diesel::query_builder::{IntoUpdateTarget, QueryId};
use diesel::query_dsl::methods::{FilterDsl, OrderDsl, SelectDsl};

use super::cursor::Cursor;
use super::order::KeyOrder;
use super::seek::{Back, Forth, Seek, Walk, Way};
use super::stored::Stored;
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::ReadableBy;
use crate::query::guard::{InScope, Model, door};
use crate::query::limit::{LimitTo, NoLimit, SetLimit};
use crate::query::limited::Stmt;
use crate::query::select::ScopedQuery;
use crate::query::selection::Unselected;
use crate::query::statement::{Reads, Statement};

/// A query that has only been filtered.
#[diagnostic::on_unimplemented(
    message = "keyset pages cannot be cut from this query",
    label = "not a filtered query over one table",
    note = "`.keyset(..)` brings the order and the limit itself, and needs the rows of one table: take `repo.query().filter(..)` without `order`, `limit`, `select`, `distinct` or a join",
    note = "`.select(..)` comes behind `.keyset(..)`; for pages of a join take `.paginate(number, per_page)`"
)]
pub trait Seekable {
    #[doc(hidden)]
    type Key;
    #[doc(hidden)]
    type Table: ReadableBy<Self::Key>;
}

#[diagnostic::do_not_recommend]
impl<Q, QS, K> Seekable for ScopedQuery<Q, QS, K, Unselected, NoLimit>
where
    QS: ReadableBy<K>,
    Q: IntoUpdateTarget<Table = QS>,
{
    type Key = K;
    type Table = QS;
}

/// A query that is loaded page by page, each beginning where the last one ended. From
/// [`ScopedQuery::keyset`](crate::ScopedQuery::keyset).
///
/// Rows that are written between two pages move none of the others: a row that stays is
/// on exactly one page.
///
/// The type parameters are the diesel query, its table, the tenant's key, the order,
/// where the page lies, what is selected, and the size. Nobody writes them.
#[must_use = "a query does nothing until it is loaded"]
pub struct KeysetQuery<Q, QS, K, O, D = FromStart, S = Whole, L = NoSize> {
    query: Q,
    key: K,
    position: D,
    selection: S,
    size: L,
    of: PhantomData<fn() -> (QS, O)>,
}

/// The page is the first one.
#[derive(Debug, Clone, Copy)]
pub struct FromStart;

/// The page is the last one.
#[derive(Debug, Clone, Copy)]
pub struct FromEnd;

/// The page lies behind a place.
#[derive(Debug, Clone)]
pub struct After(Vec<Stored>);

/// The page lies before a place.
#[derive(Debug, Clone)]
pub struct Before(Vec<Stored>);

/// The loaded struct says its columns.
#[derive(Debug, Clone, Copy)]
pub struct Whole;

/// The user selected.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<E>(E);

/// Nobody has said how many rows a page has.
#[derive(Debug, Clone, Copy)]
pub struct NoSize;

/// How many rows a page has at most.
#[derive(Debug, Clone, Copy)]
pub struct Size(i64);

impl<Q, QS, K, O> KeysetQuery<Q, QS, K, O> {
    pub(in crate::query) fn new(query: Q, key: K) -> Self {
        Self {
            query,
            key,
            position: FromStart,
            selection: Whole,
            size: NoSize,
            of: PhantomData,
        }
    }
}

impl<Q, QS, K, O, D, S, L> KeysetQuery<Q, QS, K, O, D, S, L> {
    fn at<P>(self, position: P) -> KeysetQuery<Q, QS, K, O, P, S, L> {
        KeysetQuery {
            query: self.query,
            key: self.key,
            position,
            selection: self.selection,
            size: self.size,
            of: PhantomData,
        }
    }

    /// The page behind a cursor: [`KeyPage::next`] of the page before.
    pub fn after(self, cursor: &Cursor<O>) -> KeysetQuery<Q, QS, K, O, After, S, L>
    where
        O: KeyOrder,
    {
        let values = cursor.values();
        self.at(After(values))
    }

    /// The page before a cursor: [`KeyPage::previous`] of the page behind. Its rows come in
    /// the same order as all others.
    pub fn before(self, cursor: &Cursor<O>) -> KeysetQuery<Q, QS, K, O, Before, S, L>
    where
        O: KeyOrder,
    {
        let values = cursor.values();
        self.at(Before(values))
    }

    /// The last page.
    pub fn from_end(self) -> KeysetQuery<Q, QS, K, O, FromEnd, S, L> {
        self.at(FromEnd)
    }

    /// How many rows a page has at most.
    ///
    /// # Errors
    ///
    /// Loading it gives [`Error::InvalidPage`](crate::Error::InvalidPage) for less than
    /// one row.
    pub fn limit(self, rows: i64) -> KeysetQuery<Q, QS, K, O, D, S, Size> {
        KeysetQuery {
            query: self.query,
            key: self.key,
            position: self.position,
            selection: self.selection,
            size: Size(rows),
            of: PhantomData,
        }
    }

    /// Chooses what to load, as [`ScopedQuery::select`](crate::ScopedQuery::select) does.
    /// The order's columns need not be among it.
    ///
    /// # Errors
    ///
    /// Does not compile if the selection reads a table that is not in the query, or holds
    /// raw SQL.
    pub fn select<E>(self, selection: E) -> KeysetQuery<Q, QS, K, O, D, Chosen<E>, L>
    where
        E: Expression + InScope<QS> + SelectableExpression<QS> + QueryId,
    {
        const { door::<E>() };
        KeysetQuery {
            query: self.query,
            key: self.key,
            position: self.position,
            selection: Chosen(selection),
            size: self.size,
            of: PhantomData,
        }
    }
}

impl<Q, QS, K, O, D, S, L> Clone for KeysetQuery<Q, QS, K, O, D, S, L>
where
    Q: Clone,
    K: TenantKey,
    D: Clone,
    S: Clone,
    L: Clone,
{
    fn clone(&self) -> Self {
        Self {
            query: self.query.clone(),
            key: self.key.duplicate(),
            position: self.position.clone(),
            selection: self.selection.clone(),
            size: self.size.clone(),
            of: PhantomData,
        }
    }
}

impl<Q, QS, K: TenantKey, O, D, S, L> fmt::Debug for KeysetQuery<Q, QS, K, O, D, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeysetQuery")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

/// The size of a page, as far as it was said.
pub trait PageSize {
    #[doc(hidden)]
    fn check(&self) -> Result<()>;
}

impl PageSize for NoSize {
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

impl PageSize for Size {
    fn check(&self) -> Result<()> {
        let reason = match self.0 {
            ..1 => "a page has at least one row",
            i64::MAX => "a page cannot have so many rows",
            _ => return Ok(()),
        };
        Err(Error::InvalidPage { reason })
    }
}

impl<Q, QS, K, O, D, S, L> crate::sealed::SealedStatement for KeysetQuery<Q, QS, K, O, D, S, L> {}

impl<Q, QS, K: TenantKey, O, D, S, L: PageSize> Statement for KeysetQuery<Q, QS, K, O, D, S, L> {
    type Key = K;
    type Asks = Reads;
    const VERB: &'static str = "page";

    fn key(&self) -> &K {
        &self.key
    }

    fn check(&self) -> Result<()> {
        self.size.check()
    }
}

/// Where a page lies: its condition and its order.
pub trait Position<Q, O> {
    #[doc(hidden)]
    type Query;
    /// Whether the rows come from the order's end.
    #[doc(hidden)]
    const BACK: bool;
    /// Whether there is a page on the other side.
    #[doc(hidden)]
    const SEEKS: bool;
    #[doc(hidden)]
    fn place(self, query: Q) -> Self::Query;
}

macro_rules! ends {
    ($($end:ident $way:ident)*) => { $(
        impl<Q, O> Position<Q, O> for $end
        where
            O: KeyOrder,
            Q: OrderDsl<Walk<O, $way>>,
        {
            type Query = dsl::Order<Q, Walk<O, $way>>;
            const BACK: bool = $way::BACK;
            const SEEKS: bool = false;

            fn place(self, query: Q) -> Self::Query {
                query.order(Walk::new())
            }
        }
    )* };
}

ends! { FromStart Forth FromEnd Back }

macro_rules! places {
    ($($place:ident $way:ident)*) => { $(
        impl<Q, O> Position<Q, O> for $place
        where
            O: KeyOrder,
            Q: FilterDsl<Seek<O, $way>>,
            dsl::Filter<Q, Seek<O, $way>>: OrderDsl<Walk<O, $way>>,
        {
            type Query = dsl::Order<dsl::Filter<Q, Seek<O, $way>>, Walk<O, $way>>;
            const BACK: bool = $way::BACK;
            const SEEKS: bool = true;

            fn place(self, query: Q) -> Self::Query {
                query.filter(Seek::new(self.0)).order(Walk::new())
            }
        }
    )* };
}

places! { After Forth Before Back }

/// What is loaded of each row.
pub trait PageSelection<QS, DB, U> {
    #[doc(hidden)]
    type Expression;
    #[doc(hidden)]
    fn into_expression(self) -> Self::Expression;
}

impl<QS, DB, U> PageSelection<QS, DB, U> for Whole
where
    DB: Backend,
    U: Model<QS, DB>,
    U::SelectExpression: Expression + QueryId,
{
    type Expression = dsl::AsSelect<U, DB>;

    fn into_expression(self) -> Self::Expression {
        const { door::<U::SelectExpression>() };
        U::as_select()
    }
}

impl<QS, DB, U, E> PageSelection<QS, DB, U> for Chosen<E> {
    type Expression = E;

    fn into_expression(self) -> E {
        self.0
    }
}

/// A page of rows of type `U`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is not a page of `{U}`",
    label = "cannot be loaded as `{U}`",
    note = "say with `.limit(n)` how many rows a page has",
    note = "without a `.select(..)`, a page has structs with `#[derive(Selectable)]` on its table"
)]
pub trait KeyRows<DB: Backend, U, O: KeyOrder>: Statement {
    type Query;

    fn into_query(self) -> (Self::Query, Cut<O>);
}

impl<Q, QS, K, O, D, S, DB, U> KeyRows<DB, U, O> for KeysetQuery<Q, QS, K, O, D, S, Size>
where
    DB: Backend,
    K: TenantKey,
    O: KeyOrder,
    D: Position<Q, O, Query: SelectDsl<(S::Expression, O::Columns)>>,
    S: PageSelection<QS, DB, U>,
    (S::Expression, O::Columns): Expression,
{
    type Query = Stmt<dsl::Select<D::Query, (S::Expression, O::Columns)>, LimitTo>;

    fn into_query(self) -> (Self::Query, Cut<O>) {
        let columns = O::columns(crate::__private::Seal::new());
        let selection = (self.selection.into_expression(), columns);
        let query = self.position.place(self.query).select(selection);
        let size = self.size.0;
        let cut = Cut {
            size: usize::try_from(size).unwrap_or(usize::MAX),
            back: D::BACK,
            sought: D::SEEKS,
            of: PhantomData,
        };
        // One row more tells whether there is a further page.
        let limit = NoLimit.limited(size.saturating_add(1));
        (Stmt::new(query, limit), cut)
    }
}

/// How the loaded rows become a page.
#[derive(Debug)]
pub struct Cut<O> {
    size: usize,
    back: bool,
    sought: bool,
    of: PhantomData<fn() -> O>,
}

impl<O: KeyOrder> Cut<O> {
    pub(crate) fn page<U>(self, mut rows: Vec<(U, Vec<Stored>)>) -> Result<KeyPage<U, O>> {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        if self.back {
            rows.reverse();
        }
        let (before, behind) = if self.back {
            (more, self.sought)
        } else {
            (self.sought, more)
        };
        let place = |row: Option<&(U, Vec<Stored>)>, wanted: bool| {
            row.filter(|_| wanted)
                .map(|(_, values)| Cursor::new(values.clone()))
                .transpose()
                .map_err(|reason| Error::Deserialization(reason.into()))
        };
        Ok(KeyPage {
            previous: place(rows.first(), before)?,
            next: place(rows.last(), behind)?,
            rows: rows.into_iter().map(|(row, _)| row).collect(),
        })
    }
}

/// One page of rows, and the cursors of the pages beside it.
///
/// From [`load_page`](crate::RunKeysetDsl::load_page).
#[non_exhaustive]
pub struct KeyPage<U, O> {
    /// The rows of this page, in the order.
    pub rows: Vec<U>,
    /// For [`after`](KeysetQuery::after): where the next page begins. `None` if this is
    /// the last one, or empty.
    pub next: Option<Cursor<O>>,
    /// For [`before`](KeysetQuery::before): where the previous page ends. `None` if this is
    /// the first one, or empty. The page before a cursor may be empty, if its rows were
    /// deleted.
    pub previous: Option<Cursor<O>>,
}

impl<U: Clone, O> Clone for KeyPage<U, O> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            next: self.next.clone(),
            previous: self.previous.clone(),
        }
    }
}

impl<U: fmt::Debug, O> fmt::Debug for KeyPage<U, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPage")
            .field("rows", &self.rows)
            .field("next", &self.next)
            .field("previous", &self.previous)
            .finish()
    }
}
