//! Parentheses around every expression of a user.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// `(inner)`. diesel puts none around a bare fragment, so that `a OR b` next to a
/// tenant's predicate would take the predicate apart.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Fence<P>(P);

impl<P> Fence<P> {
    pub(crate) fn new(inner: P) -> Self {
        Self(inner)
    }
}

impl<P: Expression> Expression for Fence<P> {
    type SqlType = P::SqlType;
}

impl<QS, P: AppearsOnTable<QS>> AppearsOnTable<QS> for Fence<P> {}

impl<GB, P: ValidGrouping<GB>> ValidGrouping<GB> for Fence<P> {
    type IsAggregate = P::IsAggregate;
}

impl<DB: Backend, P: QueryFragment<DB>> QueryFragment<DB> for Fence<P> {
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
