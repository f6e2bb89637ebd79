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
use super::returning::{NoReturning, Returned, ReturnedType, Returning, returning};
use super::soft_delete::{AsModelSays, BehindDelete, Removal, RemovalSql};
use super::statement::{Effect, Rows, Statement, Writes};
use super::target::{Chosen, Target};
use crate::__private::Seal;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::{Home, Scoped, ScopedTable, WritableBy};

/// A DELETE of rows of one tenant, from [`Repo::delete`](crate::Repo::delete) or
/// [`Repo::purge`](crate::Repo::purge). Where the model names a `soft_delete` column, the
/// first marks the rows and leaves them where they are.
#[must_use = "a delete does nothing until it is executed"]
pub struct ScopedDelete<T, W, K, R = NoReturning, M = AsModelSays> {
    pub(super) found: W,
    returning: R,
    pub(super) key: K,
    same_scope: bool,
    of: PhantomData<(T, M)>,
}

impl<T, W, K, M> ScopedDelete<T, W, K, NoReturning, M> {
    pub(super) fn new(found: W, key: K, same_scope: bool) -> Self {
        Self {
            found,
            returning: NoReturning,
            key,
            same_scope,
            of: PhantomData,
        }
    }

    /// Chooses what to return of each deleted row. As diesel's
    /// [`returning`](diesel::query_builder::DeleteStatement::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> ScopedDelete<T, W, K, Returning<S, T::WritePredicate<Home>>, M>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        ScopedDelete {
            returning: returning::<T, _, _>(selection, &self.key),
            found: self.found,
            key: self.key,
            same_scope: self.same_scope,
            of: PhantomData,
        }
    }
}

impl<T, W, K: TenantKey, R, M> fmt::Debug for ScopedDelete<T, W, K, R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedDelete")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, W, K, R, M> crate::sealed::SealedStatement for ScopedDelete<T, W, K, R, M> {}

impl<T, W, K: TenantKey, R, M> Statement for ScopedDelete<T, W, K, R, M> {
    type Key = K;
    type Asks = Writes;
    const VERB: &'static str = "delete";
    const WRITES_ROWS: bool = true;

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

impl<T, W, K, M> Effect for ScopedDelete<T, W, K, NoReturning, M>
where
    W: Chosen,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
    M: Removal<T>,
{
    type Query = DeleteStatement<T, T::FromClause, W, NoReturning, M::How>;
    const ONE_ROW: bool = W::ONE_ROW;

    fn into_effect(self, moment: Moment<'_>) -> Self::Query {
        DeleteStatement::new(M::how(moment), self.found, NoReturning)
    }
}

impl<T, W, K, M, DB, U> Rows<DB, U> for ScopedDelete<T, W, K, NoReturning, M>
where
    DB: Backend,
    K: TenantKey,
    T: WritableBy<K> + HasTable<Table = T>,
    M: Removal<T>,
    U: Model<T, DB>,
    U::SelectExpression: QueryId,
{
    type Query = DeleteStatement<
        T,
        T::FromClause,
        W,
        Returning<AsSelect<U, DB>, T::WritePredicate<Home>>,
        M::How,
    >;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        const { door::<U::SelectExpression>() };
        let returning = returning::<T, _, _>(U::as_select(), &self.key);
        DeleteStatement::new(M::how(moment), self.found, returning)
    }
}

impl<T, W, K, M, S, P, DB, U> Rows<DB, U> for ScopedDelete<T, W, K, Returning<S, P>, M>
where
    DB: Backend,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
    M: Removal<T>,
{
    type Query = DeleteStatement<T, T::FromClause, W, Returning<S, P>, M::How>;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        DeleteStatement::new(M::how(moment), self.found, self.returning)
    }
}

/// `DELETE FROM table WHERE .. [RETURNING ..]`, or the UPDATE that takes its place.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct DeleteStatement<T, F, W, R, H> {
    how: H,
    table: F,
    found: W,
    returning: R,
    of: PhantomData<T>,
}

impl<T: HasTable<Table = T> + QuerySource, W, R, H> DeleteStatement<T, T::FromClause, W, R, H> {
    fn new(how: H, found: W, returning: R) -> Self {
        Self {
            how,
            table: T::table().from_clause(),
            found,
            returning,
            of: PhantomData,
        }
    }
}

impl<T, F, W, R, H> QueryId for DeleteStatement<T, F, W, R, H>
where
    T: QueryId + 'static,
    W: QueryId,
    R: QueryId,
    H: QueryId,
{
    type QueryId = DeleteStatement<T, (), W::QueryId, R::QueryId, H::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        W::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID && H::HAS_STATIC_QUERY_ID;
}

impl<T, F, W, R: ReturnedType, H> Query for DeleteStatement<T, F, W, R, H> {
    type SqlType = R::SqlType;
}

impl<T, F, W, R, H, Conn> RunQueryDsl<Conn> for DeleteStatement<T, F, W, R, H> {}

impl<DB, T, F, W, R, H> QueryFragment<DB> for DeleteStatement<T, F, W, R, H>
where
    DB: Backend,
    F: QueryFragment<DB>,
    W: QueryFragment<DB> + Chosen,
    R: BehindDelete<DB, H>,
    H: RemovalSql<DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.how.begin(&self.table, out.reborrow())?;
        self.found.walk_ast(out.reborrow())?;
        self.how.end::<W>(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

pub(crate) fn delete_of<M, W, K, By>(target: W, key: K) -> ScopedDelete<M::Table, W::Where, K>
where
    M: Scoped,
    W: Target<M, K, By>,
{
    let same_scope = target.is_of(&key, Seal::new());
    let found = target.into_where(&key, Seal::new());
    ScopedDelete::new(found, key, same_scope)
}
