//! A statement within a statement is of the same tenant.
//!
//! diesel's nodes cannot be looked into, so that the key of a subquery deep in a condition
//! is compared when the condition is rendered: with the tenant of the session that renders
//! it. What is remembered here only refuses; no statement takes its tenant from it.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{Error, QueryResult};

use crate::key::{TenantKey, TenantTag};

thread_local! {
    /// Whose statement this thread renders.
    static RENDERING: RefCell<Option<TenantTag>> = const { RefCell::new(None) };
}

/// Runs what renders statements of one tenant.
pub(crate) fn rendering<R>(tenant: &TenantTag, work: impl FnOnce() -> R) -> R {
    let outer = RENDERING.replace(Some(tenant.clone()));
    let _restored = Restored(outer);
    work()
}

/// Puts back what was there before, also behind a panic.
struct Restored(Option<TenantTag>);

impl Drop for Restored {
    fn drop(&mut self) {
        RENDERING.set(self.0.take());
    }
}

/// A subquery was made in the scope of another tenant, or is rendered out of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OtherScope;

impl fmt::Display for OtherScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a subquery was made in the scope of another tenant")
    }
}

impl std::error::Error for OtherScope {}

/// A statement within another one, and whose it is.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Nested<S> {
    statement: S,
    tenant: TenantTag,
}

impl<S> Nested<S> {
    pub(super) fn new<K: TenantKey>(statement: S, key: &K) -> Self {
        Self {
            statement,
            tenant: TenantTag::new(key),
        }
    }

    fn check(&self) -> QueryResult<()> {
        let same = RENDERING.with_borrow(|tenant| tenant.as_ref() == Some(&self.tenant));
        if same {
            Ok(())
        } else {
            Err(Error::QueryBuilderError(Box::new(OtherScope)))
        }
    }
}

/// The mark of a nested statement. It can be cloned whatever it is the mark of: what stands
/// in the statement went through doors of its own.
#[doc(hidden)]
#[derive(Debug)]
pub struct NestedId<I>(PhantomData<fn() -> I>);

impl<I> Clone for NestedId<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for NestedId<I> {}

impl<S: QueryId> QueryId for Nested<S> {
    type QueryId = NestedId<S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S: Query> Query for Nested<S> {
    type SqlType = S::SqlType;
}

impl<DB: Backend, S: QueryFragment<DB>> QueryFragment<DB> for Nested<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.check()?;
        self.statement.walk_ast(out)
    }
}
