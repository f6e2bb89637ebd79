//! Running a write of one version: what it means that no row was written.

use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::run::{Permits, RunScopedDsl};
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::query::{Effect, IfVersion, Reads, Rows, Statement, Writes};
use crate::scope::Access;

impl<S, P> IfVersion<S, P> {
    /// Runs the write. As [`RunScopedDsl::execute`](crate::RunScopedDsl::execute).
    ///
    /// # Errors
    ///
    /// [`Error::StaleVersion`] if the row is there in another version, and else as
    /// [`RunScopedDsl`](crate::RunScopedDsl).
    pub fn execute<'query, C, A>(self, session: &mut Session<C, A>) -> Result<usize>
    where
        C: ScopedConnection,
        A: Access + Permits<Reads> + Permits<Writes>,
        S: Effect + Statement<Asks = Writes>,
        S::Query: QueryFragment<C::Backend> + QueryId,
        P: Rows<C::Backend, bool> + Statement<Asks = Reads>,
        P::Query: LoadQuery<'query, C, P::Loaded> + QueryFragment<C::Backend> + QueryId,
    {
        match self.statement.execute(session) {
            Err(Error::NotFound) => Err(why_not(self.otherwise, session)),
            other => other,
        }
    }

    /// Runs the write, and returns the row. As
    /// [`RunScopedDsl::get_result`](crate::RunScopedDsl::get_result).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn get_result<'query, U, C, A>(self, session: &mut Session<C, A>) -> Result<U>
    where
        C: ScopedConnection,
        A: Access + Permits<Reads> + Permits<Writes>,
        S: Rows<C::Backend, U> + Statement<Asks = Writes>,
        S::Query: LoadQuery<'query, C, S::Loaded> + QueryFragment<C::Backend> + QueryId,
        P: Rows<C::Backend, bool> + Statement<Asks = Reads>,
        P::Query: LoadQuery<'query, C, P::Loaded> + QueryFragment<C::Backend> + QueryId,
    {
        match self.statement.get_result(session) {
            Err(Error::NotFound) => Err(why_not(self.otherwise, session)),
            other => other,
        }
    }
}

/// Why the row was not found: within the scope, it is looked for once more.
fn why_not<'query, P, C, A>(otherwise: P, session: &mut Session<C, A>) -> Error
where
    C: ScopedConnection,
    A: Access + Permits<Reads>,
    P: Rows<C::Backend, bool> + Statement<Asks = Reads>,
    P::Query: LoadQuery<'query, C, P::Loaded> + QueryFragment<C::Backend> + QueryId,
{
    match otherwise.get_result(session) {
        Ok(true) => Error::StaleVersion,
        Ok(false) => Error::NotFound,
        Err(error) => error,
    }
}
