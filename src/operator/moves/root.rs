//! The query that finds the row with which a move begins.

use std::fmt;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;

/// SQL up to the condition on the key, that condition, and what stands behind it.
#[doc(hidden)]
pub struct Root<P> {
    pub(super) select: String,
    pub(super) id: P,
    pub(super) lock: &'static str,
}

impl<P> fmt::Debug for Root<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").finish_non_exhaustive()
    }
}

/// It is another text for each tenant, and not kept.
impl<P> QueryId for Root<P> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<P> Query for Root<P> {
    type SqlType = Text;
}

impl<P, C> RunQueryDsl<C> for Root<P> {}

impl<P: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Root<P> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(&self.select);
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(self.lock);
        Ok(())
    }
}
