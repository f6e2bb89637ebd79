//! Whether a scoped query finds anything.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::statement::{Reads, Rows, Statement};
use crate::clock::Moment;
use crate::key::TenantKey;

/// Queries that a database can be asked for the existence of a row.
#[diagnostic::on_unimplemented(
    message = "of these groups there is nothing selected that a group has",
    label = "needs a selection before `exists`",
    note = "select a column of the group's or an aggregate before: `.group_by(column).select(column).exists()`"
)]
pub trait HasRows {}

#[diagnostic::do_not_recommend]
impl<Q: Query> HasRows for Q {}

/// `SELECT EXISTS (..)` over the rows of one tenant. From
/// [`ScopedQuery::exists`](crate::ScopedQuery::exists).
#[must_use = "a query does nothing until it is loaded"]
pub struct ScopedExists<S, QS, K> {
    inner: S,
    key: K,
    of: PhantomData<QS>,
}

impl<S, QS, K> ScopedExists<S, QS, K> {
    pub(super) fn new(inner: S, key: K) -> Self {
        Self {
            inner,
            key,
            of: PhantomData,
        }
    }
}

impl<S, QS, K: TenantKey> fmt::Debug for ScopedExists<S, QS, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedExists")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<S, QS, K> crate::sealed::SealedStatement for ScopedExists<S, QS, K> {}

impl<S, QS, K: TenantKey> Statement for ScopedExists<S, QS, K> {
    type Key = K;
    type Asks = Reads;
    const VERB: &'static str = "exists";

    fn key(&self) -> &K {
        &self.key
    }
}

impl<S, QS, K: TenantKey, DB: Backend> Rows<DB, bool> for ScopedExists<S, QS, K> {
    type Query = Exists<S>;
    type Loaded = bool;

    fn into_query(self, _: Moment<'_>) -> Self::Query {
        Exists(self.inner)
    }
}

/// `SELECT EXISTS (inner)`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Exists<S>(S);

impl<S> Query for Exists<S> {
    type SqlType = Bool;
}

impl<S, C> RunQueryDsl<C> for Exists<S> {}

impl<S: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Exists<S> {
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT EXISTS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
