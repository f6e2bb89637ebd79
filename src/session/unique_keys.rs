//! Whether there is the unique key that an upsert names, where the database does not ask.

use std::any::TypeId;
use std::collections::HashSet;

use diesel::r2d2::PooledConnection;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::query::{Statement, UniqueKey};
use crate::scope::Access;

/// On a connection: the keys that it has found.
#[derive(Default)]
struct Found(HashSet<TypeId>);

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Looks for the statement's key when the connection meets it first.
    #[inline]
    pub(super) fn find_key_of<S: Statement>(&mut self) -> Result<()> {
        if C::KNOWS_TARGETS {
            return Ok(());
        }
        match S::needs() {
            Some(key) if !self.has_found(key.target) => self.find(&key),
            _ => Ok(()),
        }
    }

    fn has_found(&self, target: TypeId) -> bool {
        let found = PooledConnection::extensions(&self.conn).get::<Found>();
        found.is_some_and(|Found(targets)| targets.contains(&target))
    }

    #[cold]
    fn find(&mut self, key: &UniqueKey) -> Result<()> {
        self.can_go_on()?;
        if !self.conn.has_unique_key(key)? {
            return Err(no_such_key(key));
        }
        let extensions = PooledConnection::extensions_mut(&mut self.conn);
        if extensions.get::<Found>().is_none() {
            extensions.insert(Found::default());
        }
        if let Some(Found(targets)) = extensions.get_mut::<Found>() {
            targets.insert(key.target);
        }
        Ok(())
    }
}

fn no_such_key(key: &UniqueKey) -> Error {
    let (table, columns) = (key.table(), key.columns.join(", "));
    Error::Database {
        message: Some(format!(
            "an upsert needs a unique key of exactly its target, and there is none: {table} ({columns})"
        )),
    }
}
