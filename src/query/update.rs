//! Updates: one statement, its key from the target, its tenant from the scope.

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

use super::changes::{ChangesFragment, IntoChanges};
use super::guard::{InScope, Model, door};
use super::returning::{BehindUpdate, NoReturning, Returned, ReturnedType, Returning, returning};
use super::statement::{Effect, Rows, Statement, Writes};
use super::target::{Chosen, Target, without_parent};
use super::times::Touching;
use super::version::Settled;
use crate::__private::Seal;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::{Home, Scoped, ScopedTable, WritableBy};

/// An UPDATE that does not know yet what to set: see [`set`](Self::set). From
/// [`Repo::update`](crate::Repo::update).
#[must_use = "an update needs `.set(..)`, and does nothing until it is executed"]
pub struct UpdateOf<T, W, K> {
    pub(super) found: W,
    pub(super) key: K,
    pub(super) same_scope: bool,
    of: PhantomData<T>,
}

impl<T, W, K> UpdateOf<T, W, K> {
    /// Says what to set. As diesel's
    /// [`set`](diesel::query_builder::UpdateStatement::set).
    ///
    /// # Errors
    ///
    /// Does not compile if it names the tenant column or the primary key, or reads
    /// another table. Executing it gives
    /// [`Error::EmptyChangeset`](crate::Error::EmptyChangeset) if nothing is left to
    /// set, since each optional field is `None`.
    pub fn set<C>(self, changes: C) -> ScopedUpdate<T, C::Changes, W, K>
    where
        C: IntoChanges<T, K>,
        W: Settled<T>,
    {
        let changes = changes.into_changes(&self.key, Seal::new());
        self.setting(changes)
    }

    pub(super) fn new(found: W, key: K, same_scope: bool) -> Self {
        Self {
            found,
            key,
            same_scope,
            of: PhantomData,
        }
    }

    pub(super) fn setting<C>(self, changes: C) -> ScopedUpdate<T, C, W, K> {
        ScopedUpdate {
            changes,
            found: self.found,
            returning: NoReturning,
            key: self.key,
            same_scope: self.same_scope,
            of: PhantomData,
        }
    }
}

impl<T, W, K: TenantKey> fmt::Debug for UpdateOf<T, W, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateOf")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

/// An UPDATE of rows of one tenant, from [`Repo::update`](crate::Repo::update).
#[must_use = "an update does nothing until it is executed"]
pub struct ScopedUpdate<T, C, W, K, R = NoReturning> {
    changes: C,
    found: W,
    returning: R,
    key: K,
    same_scope: bool,
    of: PhantomData<T>,
}

impl<T, C, W, K> ScopedUpdate<T, C, W, K> {
    /// Chooses what to return of each changed row. As diesel's
    /// [`returning`](diesel::query_builder::UpdateStatement::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> ScopedUpdate<T, C, W, K, Returning<S, T::WritePredicate<Home>>>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        ScopedUpdate {
            returning: returning::<T, _, _>(selection, &self.key),
            changes: self.changes,
            found: self.found,
            key: self.key,
            same_scope: self.same_scope,
            of: PhantomData,
        }
    }
}

impl<T, C, W, K: TenantKey, R> fmt::Debug for ScopedUpdate<T, C, W, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedUpdate")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, C, W, K, R> crate::sealed::SealedStatement for ScopedUpdate<T, C, W, K, R> {}

impl<T, C, W, K, R> Statement for ScopedUpdate<T, C, W, K, R>
where
    T: ScopedTable,
    C: ChangesFragment,
    K: TenantKey,
{
    type Key = K;
    type Asks = Writes;
    const VERB: &'static str = "update";

    fn key(&self) -> &K {
        &self.key
    }

    fn check(&self) -> Result<()> {
        if !self.same_scope {
            return Err(Error::ScopeMismatch);
        }
        if self.changes.nothing_to_do() {
            return Err(Error::EmptyChangeset);
        }
        Ok(())
    }

    fn explain(error: Error) -> Error {
        without_parent::<T>(error)
    }
}

impl<T, C, W, K> Effect for ScopedUpdate<T, C, W, K>
where
    C: ChangesFragment,
    W: Chosen,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = UpdateStatement<T, T::FromClause, Touching<C, T::Kept>, W, NoReturning>;
    const ONE_ROW: bool = W::ONE_ROW;

    fn into_effect(self, moment: Moment<'_>) -> Self::Query {
        let changes = Touching::new(self.changes, moment);
        UpdateStatement::new(changes, self.found, NoReturning)
    }
}

impl<T, C, W, K, DB, U> Rows<DB, U> for ScopedUpdate<T, C, W, K>
where
    DB: Backend,
    C: ChangesFragment,
    K: TenantKey,
    T: WritableBy<K> + HasTable<Table = T>,
    U: Model<T, DB>,
    U::SelectExpression: QueryId,
{
    type Query = UpdateStatement<
        T,
        T::FromClause,
        Touching<C, T::Kept>,
        W,
        Returning<AsSelect<U, DB>, T::WritePredicate<Home>>,
    >;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        const { door::<U::SelectExpression>() };
        let returning = returning::<T, _, _>(U::as_select(), &self.key);
        let changes = Touching::new(self.changes, moment);
        UpdateStatement::new(changes, self.found, returning)
    }
}

impl<T, C, W, K, S, P, DB, U> Rows<DB, U> for ScopedUpdate<T, C, W, K, Returning<S, P>>
where
    DB: Backend,
    C: ChangesFragment,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = UpdateStatement<T, T::FromClause, Touching<C, T::Kept>, W, Returning<S, P>>;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        let changes = Touching::new(self.changes, moment);
        UpdateStatement::new(changes, self.found, self.returning)
    }
}

/// `UPDATE table SET changes WHERE .. [RETURNING ..]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct UpdateStatement<T, F, C, W, R> {
    table: F,
    changes: C,
    found: W,
    returning: R,
    of: PhantomData<T>,
}

impl<T: HasTable<Table = T> + QuerySource, C, W, R> UpdateStatement<T, T::FromClause, C, W, R> {
    fn new(changes: C, found: W, returning: R) -> Self {
        Self {
            table: T::table().from_clause(),
            changes,
            found,
            returning,
            of: PhantomData,
        }
    }
}

impl<T, F, C, W, R> QueryId for UpdateStatement<T, F, C, W, R>
where
    T: QueryId + 'static,
    C: QueryId,
    W: QueryId,
    R: QueryId,
{
    type QueryId = UpdateStatement<T, (), C::QueryId, W::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        C::HAS_STATIC_QUERY_ID && W::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<T, F, C, W, R: ReturnedType> Query for UpdateStatement<T, F, C, W, R> {
    type SqlType = R::SqlType;
}

impl<T, F, C, W, R, Conn> RunQueryDsl<Conn> for UpdateStatement<T, F, C, W, R> {}

impl<DB, T, F, C, W, R> QueryFragment<DB> for UpdateStatement<T, F, C, W, R>
where
    DB: Backend,
    F: QueryFragment<DB>,
    C: QueryFragment<DB>,
    W: QueryFragment<DB>,
    R: BehindUpdate<DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.changes.walk_ast(out.reborrow())?;
        self.found.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

pub(crate) fn update_of<M, W, K, By>(target: W, key: K) -> UpdateOf<M::Table, W::Where, K>
where
    M: Scoped,
    W: Target<M, K, By>,
{
    let same_scope = target.is_of(&key, Seal::new());
    let found = target.into_where(&key, Seal::new());
    UpdateOf::new(found, key, same_scope)
}
