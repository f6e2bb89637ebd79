//! RETURNING on MariaDB. diesel asks for the columns before a statement runs, and the server
//! names those of a RETURNING only when it has run once. So its first run on a connection is
//! taken back, and the second one counts.
//!
//! MariaDB's client waits for ever when such a statement has failed and runs again: the
//! connection forgets its prepared statements when one has.

use std::any::TypeId;
use std::collections::HashSet;

use diesel::connection::CacheSize;
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};
use diesel::r2d2::PooledConnection;
use diesel::result::QueryResult;

use super::connection::ScopedConnection;
use super::run::send;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::query::{Statement, rendering};
use crate::scope::Access;

/// On a connection: the statements that have run on it, told apart as diesel keeps them.
#[derive(Default)]
struct Rehearsed(HashSet<Kept>);

#[derive(Debug, PartialEq, Eq, Hash)]
enum Kept {
    Type(TypeId),
    Text(String),
}

enum Rehearsal {
    WentWell,
    Failed(Error),
}

impl From<Error> for Rehearsal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Kept {
    fn of<C: ScopedConnection, Q>(query: &Q) -> Result<Self>
    where
        Q: QueryFragment<C::Backend> + QueryId,
    {
        if let Some(id) = Q::query_id() {
            return Ok(Self::Type(id));
        }
        let mut text = <C::Backend as diesel::backend::Backend>::QueryBuilder::default();
        query.to_sql(&mut text, &C::Backend::default())?;
        Ok(Self::Text(text.finish()))
    }
}

/// Sends a statement that gives rows.
#[inline]
pub(super) fn send_for_rows<S, C, A, Q, R>(
    session: &mut Session<C, A>,
    query: Q,
    work: impl FnOnce(Q, &mut C) -> QueryResult<R>,
) -> Result<R>
where
    S: Statement,
    C: ScopedConnection,
    A: Access,
    Q: QueryFragment<C::Backend> + QueryId,
{
    if C::KNOWS_RETURNED || !S::RETURNS {
        return send(session, query, work);
    }
    let loaded = session
        .rehearse(&query)
        .and_then(|()| send(session, query, work));
    if loaded.is_err() {
        session.forget_statements();
    }
    loaded
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Runs a statement with RETURNING, and takes it back, if the connection meets it first.
    fn rehearse<Q>(&mut self, query: &Q) -> Result<()>
    where
        Q: QueryFragment<C::Backend> + QueryId,
    {
        let kept = rendering(&self.tenant, || Kept::of::<C, Q>(query))?;
        let known = PooledConnection::extensions(&self.conn).get::<Rehearsed>();
        if known.is_some_and(|Rehearsed(known)| known.contains(&kept)) {
            return Ok(());
        }
        self.run_and_take_back(query)?;
        self.note(kept);
        Ok(())
    }

    #[cold]
    fn run_and_take_back<Q>(&mut self, query: &Q) -> Result<()>
    where
        Q: QueryFragment<C::Backend> + QueryId,
    {
        let taken_back = self.transaction(|session| {
            send(session, query, |query, conn| {
                conn.execute_returning_count(&query)
            })?;
            // Only what fails is rolled back.
            Err::<(), _>(Rehearsal::WentWell)
        });
        if let Err(Rehearsal::Failed(error)) = taken_back {
            return Err(error);
        }
        if self.conn.has_kept_some()? {
            return Err(Error::Transaction {
                reason: "a table that it wrote to has no transactions".into(),
            });
        }
        Ok(())
    }

    fn forget_statements(&mut self) {
        self.conn
            .set_prepared_statement_cache_size(CacheSize::Disabled);
        self.conn
            .set_prepared_statement_cache_size(CacheSize::Unbounded);
        PooledConnection::extensions_mut(&mut self.conn).remove::<Rehearsed>();
    }

    fn note(&mut self, kept: Kept) {
        let extensions = PooledConnection::extensions_mut(&mut self.conn);
        if extensions.get::<Rehearsed>().is_none() {
            extensions.insert(Rehearsed::default());
        }
        if let Some(Rehearsed(known)) = extensions.get_mut::<Rehearsed>() {
            known.insert(kept);
        }
    }
}
