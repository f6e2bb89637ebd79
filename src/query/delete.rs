//! Deletes: by key or by query, and never of another tenant's rows.

use std::fmt;
use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::expression::{Expression, SelectableExpression, SelectableHelper};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;

use super::guard::{InScope, Model, door};
use super::returning::{NoReturning, ReturnedType, Returning};
use super::statement::{Effect, Rows, Statement, Writes};
use super::target::{Chosen, Target};
use crate::__private::Seal;
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::{Home, Scoped, WritableBy};

/// A DELETE of rows of one tenant, from [`Repo::delete`](crate::Repo::delete).
#[must_use = "a delete does nothing until it is executed"]
pub struct ScopedDelete<T, W, K, R = NoReturning> {
    found: W,
    returning: R,
    key: K,
    same_scope: bool,
    of: PhantomData<T>,
}

impl<T, W, K> ScopedDelete<T, W, K> {
    /// Chooses what to return of each deleted row. As diesel's
    /// [`returning`](diesel::query_builder::DeleteStatement::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> ScopedDelete<T, W, K, Returning<S, T::WritePredicate<Home>>>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        ScopedDelete {
            returning: Returning::new(
                selection,
                T::write_predicate::<Home>(&self.key, Seal::new()),
            ),
            found: self.found,
            key: self.key,
            same_scope: self.same_scope,
            of: PhantomData,
        }
    }
}

impl<T, W, K: TenantKey, R> fmt::Debug for ScopedDelete<T, W, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedDelete")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, W, K, R> crate::sealed::SealedStatement for ScopedDelete<T, W, K, R> {}

impl<T, W, K: TenantKey, R> Statement for ScopedDelete<T, W, K, R> {
    type Key = K;
    type Asks = Writes;
    const VERB: &'static str = "delete";

    fn key(&self) -> &K {
        &self.key
    }

    fn check(&self) -> Result<()> {
        if self.same_scope {
            Ok(())
        } else {
            Err(Error::ScopeMismatch)
        }
    }
}

impl<T, W, K> Effect for ScopedDelete<T, W, K>
where
    W: Chosen,
    K: TenantKey,
    T: HasTable<Table = T> + QuerySource,
{
    type Query = DeleteStatement<T, T::FromClause, W, NoReturning>;
    const ONE_ROW: bool = W::ONE_ROW;

    fn into_effect(self) -> Self::Query {
        DeleteStatement::new(self.found, NoReturning)
    }
}

impl<T, W, K, DB, U> Rows<DB, U> for ScopedDelete<T, W, K>
where
    DB: Backend,
    K: TenantKey,
    T: WritableBy<K> + HasTable<Table = T>,
    U: Model<T, DB>,
    U::SelectExpression: QueryId,
{
    type Query =
        DeleteStatement<T, T::FromClause, W, Returning<AsSelect<U, DB>, T::WritePredicate<Home>>>;
    type Loaded = (U, bool);

    fn into_query(self) -> Self::Query {
        const { door::<U::SelectExpression>() };
        let returning = Returning::new(
            U::as_select(),
            T::write_predicate::<Home>(&self.key, Seal::new()),
        );
        DeleteStatement::new(self.found, returning)
    }
}

impl<T, W, K, S, P, DB, U> Rows<DB, U> for ScopedDelete<T, W, K, Returning<S, P>>
where
    DB: Backend,
    K: TenantKey,
    T: HasTable<Table = T> + QuerySource,
{
    type Query = DeleteStatement<T, T::FromClause, W, Returning<S, P>>;
    type Loaded = (U, bool);

    fn into_query(self) -> Self::Query {
        DeleteStatement::new(self.found, self.returning)
    }
}

/// `DELETE FROM table WHERE .. [RETURNING ..]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct DeleteStatement<T, F, W, R> {
    table: F,
    found: W,
    returning: R,
    of: PhantomData<T>,
}

impl<T: HasTable<Table = T> + QuerySource, W, R> DeleteStatement<T, T::FromClause, W, R> {
    fn new(found: W, returning: R) -> Self {
        Self {
            table: T::table().from_clause(),
            found,
            returning,
            of: PhantomData,
        }
    }
}

impl<T, F, W, R> QueryId for DeleteStatement<T, F, W, R>
where
    T: QueryId + 'static,
    W: QueryId,
    R: QueryId,
{
    type QueryId = DeleteStatement<T, (), W::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<T, F, W, R: ReturnedType> Query for DeleteStatement<T, F, W, R> {
    type SqlType = R::SqlType;
}

impl<T, F, W, R, Conn> RunQueryDsl<Conn> for DeleteStatement<T, F, W, R> {}

impl<DB, T, F, W, R> QueryFragment<DB> for DeleteStatement<T, F, W, R>
where
    DB: Backend,
    F: QueryFragment<DB>,
    W: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        self.table.walk_ast(out.reborrow())?;
        self.found.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

pub(crate) fn delete_of<M, W, K, By>(target: W, key: K) -> ScopedDelete<M::Table, W::Where, K>
where
    M: Scoped,
    W: Target<M, K, By>,
{
    ScopedDelete {
        same_scope: target.is_of(&key, Seal::new()),
        found: target.into_where(&key, Seal::new()),
        returning: NoReturning,
        key,
        of: PhantomData,
    }
}
