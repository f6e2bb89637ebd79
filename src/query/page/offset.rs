//! A page by its number, with the number of all rows.

use std::fmt;
use std::sync::Arc;

use diesel::expression::QueryMetadata;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use crate::error::{Error, Result};
use crate::query::dialect::Dialect;
use crate::query::limit::NoLimit;
use crate::query::merged::Merged;
use crate::query::statement::{Reads, Statement};

/// A query that pages can be cut from.
#[diagnostic::on_unimplemented(
    message = "a page of a query that has a limit or a lock",
    label = "the query is cut already, and the total would not be that of all rows; or it locks rows, and a page locks none",
    note = "leave `.limit(..)` and `.offset(..)` out: `.paginate(number, per_page)` says both"
)]
pub trait Pageable {}

impl Pageable for NoLimit {}

/// The count stands around the whole statement.
impl Pageable for Merged<NoLimit> {}

/// One page of a query's rows, ready to load by [`load_page`](crate::RunPageDsl::load_page). From
/// [`ScopedQuery::paginate`](crate::ScopedQuery::paginate) and
/// [`ScopedCombination::paginate`](crate::ScopedCombination::paginate).
#[must_use = "a page does nothing until it is loaded"]
pub struct ScopedPage<S> {
    statement: S,
    window: Result<Window, &'static str>,
}

/// Where a page lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) number: i64,
    pub(crate) per_page: i64,
    offset: i64,
}

impl Window {
    fn new(number: i64, per_page: i64) -> Result<Self, &'static str> {
        if number < 1 {
            return Err("pages are counted from 1");
        }
        if per_page < 1 {
            return Err("a page has at least one row");
        }
        let offset = (number - 1)
            .checked_mul(per_page)
            .ok_or("there cannot be so many rows before a page")?;
        Ok(Self {
            number,
            per_page,
            offset,
        })
    }
}

impl<S> ScopedPage<S> {
    pub(crate) fn new(statement: S, number: i64, per_page: i64) -> Self {
        Self {
            statement,
            window: Window::new(number, per_page),
        }
    }

    /// The statement of all pages, and where this page lies.
    pub(crate) fn into_parts(self) -> Result<(S, Window)> {
        let window = self.window.map_err(invalid)?;
        Ok((self.statement, window))
    }
}

fn invalid(reason: &'static str) -> Error {
    Error::InvalidPage { reason }
}

impl<S: Clone> Clone for ScopedPage<S> {
    fn clone(&self) -> Self {
        Self {
            statement: self.statement.clone(),
            window: self.window,
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for ScopedPage<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedPage")
            .field("of", &self.statement)
            .field("window", &self.window)
            .finish()
    }
}

impl<S> crate::sealed::SealedStatement for ScopedPage<S> {}

impl<S: Statement<Asks = Reads>> Statement for ScopedPage<S> {
    type Key = S::Key;
    type Asks = Reads;
    const VERB: &'static str = "page";

    fn key(&self) -> &S::Key {
        self.statement.key()
    }

    fn check(&self) -> Result<()> {
        self.window.map_err(invalid)?;
        self.statement.check()
    }
}

/// One page of rows, and how many rows there are on all pages.
///
/// From [`load_page`](crate::RunPageDsl::load_page).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<U> {
    /// The rows of this page.
    pub rows: Vec<U>,
    /// How many rows the same query has on all pages.
    pub total: i64,
    number: i64,
    per_page: i64,
}

impl<U> Page<U> {
    pub(crate) fn new(rows: Vec<U>, total: i64, window: Window) -> Self {
        Self {
            rows,
            total,
            number: window.number,
            per_page: window.per_page,
        }
    }

    /// The number of this page; the first is 1.
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// How many rows a page has at most.
    #[must_use]
    pub const fn per_page(&self) -> i64 {
        self.per_page
    }

    /// How many pages there are: none, if there are no rows.
    #[must_use]
    pub const fn pages(&self) -> i64 {
        // `total` is a count, and a page has at least one row.
        self.total / self.per_page + (self.total % self.per_page != 0) as i64
    }
}

/// `SELECT *, (SELECT COUNT(*) FROM (all)) FROM (all LIMIT n OFFSET m)`.
///
/// The count stands around the whole statement, so that it is right for whatever the
/// statement does: joins, groups, DISTINCT. `COUNT(*) OVER ()` would say the same, but
/// keeps all rows of all pages to tell it.
#[doc(hidden)]
#[derive(Debug)]
pub struct PagedStmt<S> {
    all: Arc<S>,
    limit: i64,
    offset: i64,
}

impl<S> PagedStmt<S> {
    pub(crate) fn new(all: S, window: Window) -> Self {
        Self {
            all: Arc::new(all),
            limit: window.per_page,
            offset: window.offset,
        }
    }

    /// The count alone, for a page that has no row to tell it.
    pub(crate) fn count(&self) -> CountStmt<S> {
        CountStmt(Arc::clone(&self.all))
    }

    /// Whether rows lie before the page.
    pub(crate) const fn is_behind_others(&self) -> bool {
        self.offset > 0
    }
}

impl<S: QueryId> QueryId for PagedStmt<S> {
    type QueryId = PagedStmt<S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S: Query> Query for PagedStmt<S> {
    type SqlType = (S::SqlType, BigInt);
}

impl<S, C> RunQueryDsl<C> for PagedStmt<S> {}

impl<S, DB> QueryFragment<DB> for PagedStmt<S>
where
    S: Query + QueryFragment<DB>,
    DB: Dialect + QueryMetadata<S::SqlType>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT *, (");
        count_of(&*self.all, out.reborrow())?;
        out.push_sql(") FROM ");
        DB::push_derived::<S::SqlType>(&mut out, "page", |mut out| {
            self.all.walk_ast(out.reborrow())?;
            out.push_sql(" LIMIT ");
            DB::push_number(&mut out, &self.limit)?;
            out.push_sql(" OFFSET ");
            DB::push_number(&mut out, &self.offset)
        })
    }
}

/// Counts the rows of a statement. It sorts the one row that it gives, and so SQLite does
/// not sort those that it counts.
fn count_of<'b, S, DB>(all: &'b S, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    S: Query + QueryFragment<DB>,
    DB: Dialect + QueryMetadata<S::SqlType>,
{
    out.push_sql("SELECT COUNT(*) FROM ");
    DB::push_derived::<S::SqlType>(&mut out, "all_rows", |out| all.walk_ast(out))?;
    out.push_sql(" ORDER BY 1");
    Ok(())
}

/// `SELECT COUNT(*) FROM (all)`.
#[doc(hidden)]
#[derive(Debug)]
pub struct CountStmt<S>(Arc<S>);

impl<S: QueryId> QueryId for CountStmt<S> {
    type QueryId = CountStmt<S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S> Query for CountStmt<S> {
    type SqlType = BigInt;
}

impl<S, C> RunQueryDsl<C> for CountStmt<S> {}

impl<S, DB> QueryFragment<DB> for CountStmt<S>
where
    S: Query + QueryFragment<DB>,
    DB: Dialect + QueryMetadata<S::SqlType>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        count_of(&*self.0, out)
    }
}
