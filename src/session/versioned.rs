//! Running a write of one version: what it means that no row was written.

use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::run::{Permits, RunScopedDsl};
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::query::{Effect, IfVersion, Reads, Rows, Statement, Writes};
use crate::scope::Access;

/// Runs writes of one version: what [`UpdateOf::if_version`](crate::UpdateOf::if_version)
/// makes.
pub trait RunVersionDsl<C: ScopedConnection, A: Access>: Sized {
    #[doc(hidden)]
    type Write: Statement<Asks = Writes>;
    #[doc(hidden)]
    type Otherwise: Statement<Asks = Reads>;

    #[doc(hidden)]
    fn into_both(self) -> (Self::Write, Self::Otherwise);

    /// Runs the write. As [`RunScopedDsl::execute`](crate::RunScopedDsl::execute).
    ///
    /// # Errors
    ///
    /// [`Error::StaleVersion`] if the row is there in another version, and else as
    /// [`RunScopedDsl`](crate::RunScopedDsl).
    fn execute<'query>(self, session: &mut Session<C, A>) -> Result<usize>
    where
        A: Permits<Reads> + Permits<Writes>,
        Self::Write: Effect<Query: QueryFragment<C::Backend> + QueryId>,
        Self::Otherwise: Rows<C::Backend, bool>,
        <Self::Otherwise as Rows<C::Backend, bool>>::Query: LoadQuery<'query, C, <Self::Otherwise as Rows<C::Backend, bool>>::Loaded>
            + QueryFragment<C::Backend>
            + QueryId,
    {
        let (write, otherwise) = self.into_both();
        match RunScopedDsl::execute(write, session) {
            Err(Error::NotFound) => Err(why_not(otherwise, session)),
            other => other,
        }
    }

    /// Runs the write, and returns the row. As
    /// [`RunScopedDsl::get_result`](crate::RunScopedDsl::get_result).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn get_result<'query, U>(self, session: &mut Session<C, A>) -> Result<U>
    where
        A: Permits<Reads> + Permits<Writes>,
        Self::Write: Rows<C::Backend, U>,
        <Self::Write as Rows<C::Backend, U>>::Query: LoadQuery<'query, C, <Self::Write as Rows<C::Backend, U>>::Loaded>
            + QueryFragment<C::Backend>
            + QueryId,
        Self::Otherwise: Rows<C::Backend, bool>,
        <Self::Otherwise as Rows<C::Backend, bool>>::Query: LoadQuery<'query, C, <Self::Otherwise as Rows<C::Backend, bool>>::Loaded>
            + QueryFragment<C::Backend>
            + QueryId,
    {
        let (write, otherwise) = self.into_both();
        match RunScopedDsl::get_result(write, session) {
            Err(Error::NotFound) => Err(why_not(otherwise, session)),
            other => other,
        }
    }
}

impl<S, P, C, A> RunVersionDsl<C, A> for IfVersion<S, P>
where
    S: Statement<Asks = Writes>,
    P: Statement<Asks = Reads>,
    C: ScopedConnection,
    A: Access,
{
    type Write = S;
    type Otherwise = P;

    fn into_both(self) -> (S, P) {
        (self.statement, self.otherwise)
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
    match RunScopedDsl::get_result(otherwise, session) {
        Ok(true) => Error::StaleVersion,
        Ok(false) => Error::NotFound,
        Err(error) => error,
    }
}
