//! The columns that a write returns, where they are known only when it has run.
//!
//! MariaDB tells the columns of a prepared `INSERT .. RETURNING` when it runs, and not when it
//! is prepared (its MDEV-27013), and diesel asks for them before. So on each connection such a
//! statement runs once in a transaction, or behind a savepoint, that is rolled back: then the
//! client library knows its columns, for as long as diesel keeps it prepared. It is the same
//! with DELETE.
//!
//! An error comes behind the columns, and the client library would wait for ever for the rest
//! of the rows when it runs a statement again that has failed so: such a statement is not kept.

use std::any::TypeId;
use std::collections::HashSet;

use diesel::connection::{CacheSize, TransactionManager};
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};
use diesel::r2d2::PooledConnection;
use diesel::result::{Error, QueryResult};

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::transport::Tells;
use crate::query::{NotTakenBack, Statement, Unsupported};
use crate::scope::Access;

/// On a connection in the pool: the statements whose columns are known.
#[derive(Default)]
pub(super) struct Known(HashSet<Prepared>);

/// What tells a prepared statement from the others, as diesel's cache does.
#[derive(PartialEq, Eq, Hash)]
enum Prepared {
    OfType(TypeId),
    OfText(String),
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// What the connection knows, if it matters for this kind of statement.
    pub(super) fn take_known<S: Statement>(&mut self) -> Option<Known> {
        if !const { C::COLUMNS_COME_LATE && S::WRITES_ROWS } {
            return None;
        }
        let known = PooledConnection::extensions_mut(&mut self.conn).remove();
        Some(known.unwrap_or_default())
    }

    pub(super) fn keep_known(&mut self, known: Option<Known>) {
        if let Some(known) = known {
            PooledConnection::extensions_mut(&mut self.conn).insert(known);
        }
    }
}

impl Known {
    /// Runs a statement that is not known, and takes back what it did.
    pub(super) fn learn<C, Q>(&mut self, query: &Q, conn: &mut C) -> QueryResult<()>
    where
        C: ScopedConnection,
        Q: QueryFragment<C::Backend> + QueryId,
    {
        let statement = prepared::<C, Q>(query)?;
        if self.0.contains(&statement) {
            return Ok(());
        }
        if !query.is_safe_to_cache_prepared(&C::Backend::default())? {
            return Err(Error::QueryBuilderError(Box::new(Unsupported(
                "a write that is prepared each time cannot return its rows",
            ))));
        }
        conn.begin(true, Tells::Nobody)?;
        let run = conn.execute_returning_count(query);
        let taken_back = C::TransactionManager::rollback_transaction(conn);
        run.and(taken_back)?;
        if conn.has_kept_some()? {
            return Err(Error::QueryBuilderError(Box::new(NotTakenBack)));
        }
        self.0.insert(statement);
        Ok(())
    }

    /// Lets the connection prepare everything anew.
    pub(super) fn forget<C: ScopedConnection>(&mut self, conn: &mut C) {
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
        self.0.clear();
    }
}

fn prepared<C, Q>(query: &Q) -> QueryResult<Prepared>
where
    C: ScopedConnection,
    Q: QueryFragment<C::Backend> + QueryId,
{
    if let Some(id) = Q::query_id() {
        return Ok(Prepared::OfType(id));
    }
    let mut text = <C::Backend as diesel::backend::Backend>::QueryBuilder::default();
    query.to_sql(&mut text, &C::Backend::default())?;
    Ok(Prepared::OfText(text.finish()))
}
