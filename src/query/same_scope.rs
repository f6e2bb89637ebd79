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
///
/// A thread that ends may have no [`RENDERING`] anymore. It renders as out of any session.
pub(crate) fn rendering<R>(tenant: &TenantTag, work: impl FnOnce() -> R) -> R {
    let outer = RENDERING.try_with(|rendering| rendering.replace(Some(tenant.clone())));
    let _restored = outer.map(Restored);
    work()
}

/// Puts back what was there before, also behind a panic.
struct Restored(Option<TenantTag>);

impl Drop for Restored {
    fn drop(&mut self) {
        let outer = self.0.take();
        // If there is none anymore, there is nothing to put back.
        let _ = RENDERING.try_with(|rendering| rendering.replace(outer));
    }
}

/// Whether a statement of this type may hold another one, and must be rendered in the name
/// of a tenant. Where the type does not show all parts, it may.
///
/// A nested statement that this does not see is refused, as one out of any session is.
pub(crate) const fn may_nest<Q: QueryId>() -> bool {
    !Q::HAS_STATIC_QUERY_ID || std::mem::needs_drop::<Q::QueryId>()
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
        let is_same = |tenant: &RefCell<Option<_>>| tenant.borrow().as_ref() == Some(&self.tenant);
        match RENDERING.try_with(is_same) {
            Ok(true) => Ok(()),
            _ => Err(Error::QueryBuilderError(Box::new(OtherScope))),
        }
    }
}

/// The mark of a nested statement, and of what else may be refused while it is rendered. It can be cloned whatever it is the mark of: what stands
/// in the statement went through doors of its own.
#[doc(hidden)]
#[derive(Debug)]
pub struct NestedId<I>(PhantomData<fn() -> I>);

impl<I> Clone for NestedId<I> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

/// Does nothing, and shows: whatever holds a nested statement needs to be dropped, which
/// [`may_nest`] asks.
impl<I> Drop for NestedId<I> {
    fn drop(&mut self) {}
}

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

#[cfg(test)]
mod tests {
    use diesel::dsl::{Eq, Filter, max};
    use diesel::prelude::*;

    use super::*;
    use crate::query::fence::Fence;

    diesel::table! {
        items (id) {
            id -> BigInt,
            name -> Text,
        }
    }

    const fn may<Q: QueryId>(_: &Q) -> bool {
        may_nest::<Q>()
    }

    type Plain = Filter<items::table, Fence<Eq<items::name, String>>>;

    #[test]
    fn plain_statements_are_not_walked() {
        const { assert!(!may_nest::<Plain>()) };
        let longer = items::table
            .filter(items::name.eq("a").or(items::id.gt(1)))
            .group_by(items::name)
            .select((items::name, max(items::id)))
            .order(items::name.desc());
        assert!(!may(&longer));
    }

    #[test]
    fn a_nested_statement_shows_wherever_it_stands() {
        let nested = || Nested::new(items::table.select(items::id), &1_i64);
        assert!(may(&nested()));
        assert!(may(&&nested()));
        assert!(may(&(items::id, (items::name, nested()))));
        assert!(may(&Fence::new(nested())));
        assert!(may(&Nested::new(nested(), &1_i64)));
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn what_does_not_show_its_parts_may() {
        assert!(may(&items::table.into_boxed::<diesel::sqlite::Sqlite>()));
        assert!(may(&diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 1")));
    }
}
