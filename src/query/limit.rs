//! LIMIT and OFFSET, kept beside diesel's select.
//!
//! diesel binds the limit, and the bundled SQLite prepares a statement again for
//! every bound `LIMIT ?`. `LIMIT ? + 0` keeps the bind and the plan.

use std::fmt;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryId};
use diesel::result::{Error, QueryResult};

use super::dialect::Dialect;
use super::statement::Reads;
use crate::error::Result;

/// What a limit clause renders.
pub trait LimitFragment<DB: Backend> {
    #[doc(hidden)]
    fn walk_limit<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// No limit, no offset.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoLimit;

/// `LIMIT 1`, as a literal.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct One;

/// `LIMIT n`.
#[derive(Debug, Clone, Copy)]
pub struct LimitTo(i64);

/// `OFFSET n`.
#[derive(Debug, Clone, Copy)]
pub struct OffsetBy(i64);

/// `LIMIT n OFFSET m`.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    limit: i64,
    offset: i64,
}

/// A limit or an offset is negative: SQLite takes that for "all rows".
#[derive(Debug, Clone, Copy)]
pub(crate) struct Negative;

impl fmt::Display for Negative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a limit or an offset is negative")
    }
}

impl std::error::Error for Negative {}

fn push_number<'b, DB: Dialect>(out: &mut AstPass<'_, 'b, DB>, number: &'b i64) -> QueryResult<()> {
    if *number < 0 {
        return Err(Error::QueryBuilderError(Box::new(Negative)));
    }
    DB::push_number(out, number)
}

macro_rules! own_query_id {
    ($($ty:ty),*) => { $(
        impl QueryId for $ty {
            type QueryId = $ty;
        }
    )* };
}

own_query_id!(LimitTo, OffsetBy, Page);

impl<DB: Backend> LimitFragment<DB> for NoLimit {
    #[inline]
    fn walk_limit<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB: Backend> LimitFragment<DB> for One {
    #[inline]
    fn walk_limit<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" LIMIT 1");
        Ok(())
    }
}

impl<DB: Dialect> LimitFragment<DB> for LimitTo {
    #[inline]
    fn walk_limit<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" LIMIT ");
        push_number(&mut out, &self.0)
    }
}

impl<DB: Dialect> LimitFragment<DB> for OffsetBy {
    #[inline]
    fn walk_limit<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(DB::UNLIMITED);
        out.push_sql(" OFFSET ");
        push_number(&mut out, &self.0)
    }
}

impl<DB: Dialect> LimitFragment<DB> for Page {
    #[inline]
    fn walk_limit<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" LIMIT ");
        push_number(&mut out, &self.limit)?;
        out.push_sql(" OFFSET ");
        push_number(&mut out, &self.offset)
    }
}

/// Nothing that a count would ignore.
#[diagnostic::on_unimplemented(
    message = "a count would ignore the limit, the DISTINCT, the GROUP BY or the lock of this query",
    label = "counts all rows, whatever the query gives",
    note = "behind a limit, count first, and limit a clone of the query: `query.clone().count()`, then `query.limit(..)`",
    note = "instead of a count behind `distinct`, count distinct values: `.select(tenancy::dsl::distinct(count(column)))`",
    note = "instead of a count behind `group_by`, count each group: `.select((column, count_star()))`"
)]
pub trait Unlimited {}

impl Unlimited for NoLimit {}

/// A limit clause whose numbers can be asked before it is rendered.
pub trait Numbers {
    /// What the query asks of a session: to read, unless it locks.
    #[doc(hidden)]
    type Asks;
    #[doc(hidden)]
    fn are_natural(&self) -> bool;
}

impl Numbers for NoLimit {
    type Asks = Reads;

    fn are_natural(&self) -> bool {
        true
    }
}

impl Numbers for One {
    type Asks = Reads;

    fn are_natural(&self) -> bool {
        true
    }
}

impl Numbers for LimitTo {
    type Asks = Reads;

    fn are_natural(&self) -> bool {
        self.0 >= 0
    }
}

impl Numbers for OffsetBy {
    type Asks = Reads;

    fn are_natural(&self) -> bool {
        self.0 >= 0
    }
}

impl Numbers for Page {
    type Asks = Reads;

    fn are_natural(&self) -> bool {
        self.limit >= 0 && self.offset >= 0
    }
}

/// [`Negative`], as the library's error.
pub(crate) fn check_numbers(limit: &impl Numbers) -> Result<()> {
    if limit.are_natural() {
        Ok(())
    } else {
        Err(diesel::result::Error::QueryBuilderError(Box::new(Negative)).into())
    }
}

/// A limit clause that can take a limit.
pub trait SetLimit {
    #[doc(hidden)]
    type Limited;
    #[doc(hidden)]
    fn limited(self, limit: i64) -> Self::Limited;
}

/// A limit clause that can take an offset.
pub trait SkipTo {
    #[doc(hidden)]
    type Skipped;
    #[doc(hidden)]
    fn skipped(self, offset: i64) -> Self::Skipped;
}

/// A limit clause cut down to its first row.
pub trait FirstRow {
    #[doc(hidden)]
    type First;
    #[doc(hidden)]
    fn first_row(self) -> Self::First;
}

macro_rules! transitions {
    ($from:ty, $this:ident =>
        limit($limit:ident) $limited:ty = $with_limit:expr,
        offset($offset:ident) $skipped:ty = $with_offset:expr,
        first $first:ty = $with_one:expr $(,)?) => {
        impl SetLimit for $from {
            type Limited = $limited;
            fn limited(self, $limit: i64) -> $limited {
                let $this = self;
                $with_limit
            }
        }
        impl SkipTo for $from {
            type Skipped = $skipped;
            fn skipped(self, $offset: i64) -> $skipped {
                let $this = self;
                $with_offset
            }
        }
        impl FirstRow for $from {
            type First = $first;
            fn first_row(self) -> $first {
                let $this = self;
                $with_one
            }
        }
    };
}

transitions!(NoLimit, _this =>
    limit(limit) LimitTo = LimitTo(limit),
    offset(offset) OffsetBy = OffsetBy(offset),
    first One = One,
);
transitions!(LimitTo, this =>
    limit(limit) LimitTo = { let _ = this; LimitTo(limit) },
    offset(offset) Page = Page { limit: this.0, offset },
    first One = { let _ = this; One },
);
transitions!(OffsetBy, this =>
    limit(limit) Page = Page { limit, offset: this.0 },
    offset(offset) OffsetBy = { let _ = this; OffsetBy(offset) },
    first Page = Page { limit: 1, offset: this.0 },
);
transitions!(Page, this =>
    limit(limit) Page = Page { limit, ..this },
    offset(offset) Page = Page { offset, ..this },
    first Page = Page { limit: 1, ..this },
);
