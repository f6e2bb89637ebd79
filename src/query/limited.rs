//! A select with its limit.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;

use super::limit::LimitFragment;

/// A diesel select and its limit, ready to run.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Stmt<Q, L> {
    query: Q,
    limit: L,
}

impl<Q, L> Stmt<Q, L> {
    pub(super) fn new(query: Q, limit: L) -> Self {
        Self { query, limit }
    }
}

impl<Q: Query, L> Query for Stmt<Q, L> {
    type SqlType = Q::SqlType;
}

impl<Q, L, C> RunQueryDsl<C> for Stmt<Q, L> {}

impl<Q, L, DB> QueryFragment<DB> for Stmt<Q, L>
where
    DB: Backend,
    Q: QueryFragment<DB>,
    L: LimitFragment<DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        self.limit.walk_limit(out)
    }
}
