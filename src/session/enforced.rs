//! Raw SQL, where the database itself enforces the scope.

use diesel::Connection;
use diesel::connection::TransactionManager;
use diesel::pg::PgConnection;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::transaction::depth;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::scope::{Access, CanWrite};

type Manager = <PgConnection as Connection>::TransactionManager;

impl<A: Access> Session<PgConnection, A> {
    /// Runs SQL of your own, for reading: the one place where it is possible. PostgreSQL's row
    /// security keeps it within the scope, and that is proven before: the role is bound by it,
    /// and each table of the catalog has it.
    ///
    /// ```no_run
    /// # use diesel::prelude::*;
    /// # use tenancy::{Catalog, Session};
    /// # fn count(session: &mut Session<PgConnection>, catalog: &Catalog) -> tenancy::Result<()> {
    /// #[derive(QueryableByName)]
    /// struct Count {
    ///     #[diesel(sql_type = diesel::sql_types::BigInt)]
    ///     count: i64,
    /// }
    ///
    /// let count: Count = session.enforced(catalog, |raw| {
    ///     let sql = "SELECT count(*) FROM items WHERE name ILIKE 'tent%'";
    ///     diesel::sql_query(sql).get_result(raw).map_err(tenancy::Error::from)
    /// })?;
    /// # let _ = count.count;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It is one transaction, which is read-only, and knows the tenant from its beginning.
    /// Within [`transaction`](Self::transaction) it is refused: what was begun before could not
    /// be made read-only.
    ///
    /// # Errors
    ///
    /// [`Error::NotEnforced`] if a table of the catalog is not covered, or the role is above
    /// row security; [`Error::Transaction`] within a transaction, and if the closure left one
    /// of its own open; and the error of the closure.
    ///
    /// # Tenancy
    ///
    /// Row security stops mistakes, and not SQL that means harm: SQL can change the setting
    /// that says who the tenant is. So no text of a caller's may become a part of it. Tables
    /// that are in no catalog are not looked at: [`Catalog::inspect`] names them.
    pub fn enforced<T, E, F>(&mut self, catalog: &Catalog, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut PgConnection) -> Result<T, E>,
        E: From<Error>,
    {
        self.in_proven(catalog, false, work)
    }

    /// The same, for SQL that writes.
    ///
    /// # Errors
    ///
    /// As [`enforced`](Self::enforced).
    ///
    /// # Tenancy
    ///
    /// As [`enforced`](Self::enforced).
    pub fn enforced_writes<T, E, F>(&mut self, catalog: &Catalog, work: F) -> Result<T, E>
    where
        A: CanWrite,
        F: FnOnce(&mut PgConnection) -> Result<T, E>,
        E: From<Error>,
    {
        self.in_proven(catalog, true, work)
    }

    fn in_proven<T, E, F>(&mut self, catalog: &Catalog, writes: bool, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut PgConnection) -> Result<T, E>,
        E: From<Error>,
    {
        if depth(&mut *self.conn) > 0 {
            return Err(E::from(Error::Transaction {
                reason: "SQL of your own runs in a transaction of its own".into(),
            }));
        }
        // From now on nobody knows what the connection was told.
        self.told = false;
        let tells = self.transport.tells(self.tenant.as_key());
        self.conn.begin(writes, tells).map_err(Error::from)?;
        let mut proven = Proven(&mut self.conn);
        proven.check(catalog)?;
        let value = work(&mut *proven.0)?;
        proven.commit()?;
        Ok(value)
    }
}

/// A transaction in which row security is proven. It is rolled back unless it is committed.
struct Proven<'a>(&'a mut PgConnection);

impl Proven<'_> {
    fn check(&mut self, catalog: &Catalog) -> Result<()> {
        match catalog.uncovered(self.0)? {
            None => Ok(()),
            Some((table, reason)) => Err(Error::NotEnforced { table, reason }),
        }
    }

    fn commit(self) -> Result<()> {
        if depth(self.0) != 1 {
            return Err(Error::Transaction {
                reason: "it was ended, or another was begun in it and not ended".into(),
            });
        }
        // SQL of one's own may have set it, for longer than the transaction.
        self.0.carry_nobody()?;
        Ok(Manager::commit_transaction(self.0)?)
    }
}

impl Drop for Proven<'_> {
    fn drop(&mut self) {
        if depth(self.0) > 0 {
            self.0.end_transactions();
        }
    }
}
