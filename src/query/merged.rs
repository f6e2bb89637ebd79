//! The mark of queries whose rows are not rows of a table any more.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryId};
use diesel::result::QueryResult;

use super::limit::{
    FirstRow, LimitFragment, LimitTo, NoLimit, Numbers, OffsetBy, One, Page, SetLimit, SkipTo,
};

/// The limit of a query with DISTINCT or GROUP BY. It is not `Unlimited`, so that nothing
/// counts past them, and no write takes it for a set of rows.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Merged<L>(L);

impl<L> Merged<L> {
    pub(super) fn new(limit: L) -> Self {
        Self(limit)
    }
}

impl<DB: Backend, L: LimitFragment<DB>> LimitFragment<DB> for Merged<L> {
    fn walk_limit<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_limit(out)
    }
}

impl<L: Numbers> Numbers for Merged<L> {
    type Asks = L::Asks;

    fn are_natural(&self) -> bool {
        self.0.are_natural()
    }
}

impl<L: SetLimit> SetLimit for Merged<L> {
    type Limited = Merged<L::Limited>;

    fn limited(self, limit: i64) -> Self::Limited {
        Merged(self.0.limited(limit))
    }
}

impl<L: SkipTo> SkipTo for Merged<L> {
    type Skipped = Merged<L::Skipped>;

    fn skipped(self, offset: i64) -> Self::Skipped {
        Merged(self.0.skipped(offset))
    }
}

impl<L: FirstRow> FirstRow for Merged<L> {
    type First = Merged<L::First>;

    fn first_row(self) -> Self::First {
        Merged(self.0.first_row())
    }
}

/// A query whose rows can be merged: it has no lock.
#[diagnostic::on_unimplemented(
    message = "a query with a lock has no DISTINCT and no GROUP BY",
    label = "merged rows cannot be locked",
    note = "SQL locks rows of a table, and merged rows are none"
)]
pub trait Unlocked {}

/// A query whose rows are rows of a table, and have no lock yet.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be locked",
    label = "has a lock already, or DISTINCT or GROUP BY",
    note = "SQL locks rows of a table, and merged rows are none"
)]
pub trait Lockable {}

macro_rules! rows_of_a_table {
    ($($limit:ty),*) => { $(
        impl Unlocked for $limit {}
        impl Lockable for $limit {}
    )* };
}

rows_of_a_table!(NoLimit, One, LimitTo, OffsetBy, Page);

impl<L> Unlocked for Merged<L> {}
