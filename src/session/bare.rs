//! The message for a bare diesel query on a session, and nothing else.
//!
//! diesel says only that a `Session` is no `Connection`. So it is one here, under a
//! condition that nothing meets and nobody can meet, and rustc tells the condition's
//! message instead. No line of this module can ever run.

use diesel::connection::{
    CacheSize, Connection, Instrumentation, LoadConnection, SimpleConnection, TransactionManager,
    TransactionManagerStatus,
};
use diesel::expression::QueryMetadata;
use diesel::internal::derives::multiconnection::ConnectionSealed;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::{ConnectionResult, QueryResult};

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use crate::scope::Access;

/// What no connection is: one that runs a query without a scope. It has no
/// implementation, and cannot be named outside of this module.
#[diagnostic::on_unimplemented(
    message = "a session does not run bare diesel queries: they have no tenant in them",
    label = "needs a statement that a `Repo` made",
    note = "make the query from the model's `Repo`: `Repo::<Model>::new(&scope).query()`, `.find(id)`, `.insert(..)`, `.update(..)`, `.delete(..)`"
)]
pub trait RunsBareQueries {
    /// Gives what no function can give.
    fn never<T>() -> T;
}

impl<C: ScopedConnection + RunsBareQueries, A: Access> ConnectionSealed for Session<C, A> {}

impl<C: ScopedConnection + RunsBareQueries, A: Access> SimpleConnection for Session<C, A> {
    fn batch_execute(&mut self, _: &str) -> QueryResult<()> {
        C::never()
    }
}

/// The transactions of what cannot be.
#[derive(Debug, Clone, Copy)]
pub enum NoTransactions {}

impl<C, A> TransactionManager<Session<C, A>> for NoTransactions
where
    C: ScopedConnection + RunsBareQueries,
    A: Access,
{
    type TransactionStateData = ();

    fn begin_transaction(_: &mut Session<C, A>) -> QueryResult<()> {
        C::never()
    }

    fn rollback_transaction(_: &mut Session<C, A>) -> QueryResult<()> {
        C::never()
    }

    fn commit_transaction(_: &mut Session<C, A>) -> QueryResult<()> {
        C::never()
    }

    fn transaction_manager_status_mut(_: &mut Session<C, A>) -> &mut TransactionManagerStatus {
        C::never()
    }
}

impl<C: ScopedConnection + RunsBareQueries, A: Access> Connection for Session<C, A> {
    type Backend = C::Backend;
    type TransactionManager = NoTransactions;

    fn establish(_: &str) -> ConnectionResult<Self> {
        C::never()
    }

    fn execute_returning_count<T>(&mut self, _: &T) -> QueryResult<usize>
    where
        T: QueryFragment<C::Backend> + QueryId,
    {
        C::never()
    }

    fn transaction_state(&mut self) -> &mut () {
        C::never()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        C::never()
    }

    fn set_instrumentation(&mut self, _: impl Instrumentation) {
        C::never::<()>();
    }

    fn set_prepared_statement_cache_size(&mut self, _: CacheSize) {
        C::never::<()>();
    }
}

impl<C, A, B> LoadConnection<B> for Session<C, A>
where
    C: ScopedConnection + RunsBareQueries + LoadConnection<B>,
    A: Access,
    Self: Connection<Backend = C::Backend>,
{
    type Cursor<'conn, 'query>
        = <C as LoadConnection<B>>::Cursor<'conn, 'query>
    where
        Self: 'conn;
    type Row<'conn, 'query>
        = <C as LoadConnection<B>>::Row<'conn, 'query>
    where
        Self: 'conn;

    fn load<'conn, 'query, T>(&'conn mut self, _: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<C::Backend> + QueryId + 'query,
        C::Backend: QueryMetadata<T::SqlType>,
    {
        C::never()
    }
}
