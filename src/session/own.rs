//! Statements of the library's own about the session's tenant. They are sent as the application's
//! are, but for the scope: the session itself says whose they are.

use chrono::NaiveDate;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::send::send;
use super::transaction::depth;
use crate::error::{Error, Result};
use crate::key::{KeyRef, TenantTag};
use crate::scope::Access;

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Whose session it is: one tenant's, and that of an act which has not ended.
    pub(crate) fn owner(&self) -> Result<&TenantTag> {
        if self.tenant.as_key() == KeyRef::Everyone {
            return Err(Error::ScopeMismatch);
        }
        match &self.operated {
            Some(operated) if operated.has_ended() => Err(Error::Expired),
            _ => Ok(&self.tenant),
        }
    }

    pub(crate) fn is_in_transaction(&mut self) -> bool {
        depth(&mut *self.conn) > 0
    }

    /// The present day in UTC, by the database's clock.
    pub(crate) fn today(&self) -> NaiveDate {
        self.moment().now().naive.date()
    }

    pub(crate) fn send_own<Q, R>(
        &mut self,
        verb: &'static str,
        query: Q,
        work: impl FnOnce(Q, &mut C) -> QueryResult<R>,
    ) -> Result<R>
    where
        Q: QueryFragment<C::Backend> + QueryId,
    {
        let span = self.statement_span(verb);
        let _entered = span.enter();
        send(self, query, work)
    }
}
