//! Raw SQL, where the database itself enforces the scope.

use diesel::pg::PgConnection;

use super::proven::Proven;
use super::scoped_session::Session;
use super::transaction::depth;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::scope::{Access, CanWrite};

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
    /// Nothing that the SQL leaves on the connection reaches another tenant: settings, temporary
    /// tables, cursors, prepared statements, locks. It is taken away within the transaction, and
    /// the connection does not go back to the pool. Beyond the transaction and its proof that
    /// costs one message, and a connection, which the pool replaces when the session is dropped.
    /// The session itself goes on, with the settings of
    /// [`on_connect`](crate::DatabaseBuilder::on_connect), which are made anew.
    ///
    /// # Errors
    ///
    /// [`Error::NotEnforced`] if a table of the catalog is not covered, or the role is above
    /// row security, or can get round it: by any role that it can become, by the schema, by a
    /// part of a table; if a table inherits from another or bequeaths, has a trigger that sets a
    /// tenant, or has keys of another type than this session; and if a table is in reach that
    /// another catalog guards, whose keys nobody knows here. [`Error::Transaction`] within a transaction, and if the closure ended
    /// the one it was given, or left one of its own open; and the error of the closure.
    ///
    /// Where the closure ended the transaction, by a `COMMIT` of its own, what it wrote before
    /// stays. What is open behind it is rolled back. Behind a pooler of transactions, what it left
    /// there in between (a temporary table, a setting) may be on another connection of the server,
    /// and is not found.
    ///
    /// # Tenancy
    ///
    /// Row security stops mistakes, and not SQL that means harm: SQL can change the setting
    /// that says who the tenant is. So no text of a caller's may become a part of it. The proof is
    /// of the tables of the catalog. Those that are in no catalog, views, and functions that run as
    /// somebody else are not looked at: [`Catalog::inspect`] names them, with those that a superuser
    /// owns as errors.
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
        if let Some(table) = catalog.of_another_kind(&self.tenant) {
            return Err(E::from(Error::NotEnforced {
                table,
                reason: "has keys of another type than this session".to_owned(),
            }));
        }
        // From now on nobody knows what the connection was told.
        self.told = false;
        let tells = self.settings.transport.tells(self.tenant.as_key());
        let (conn, spoilt) = (&mut *self.conn, &mut self.spoilt);
        let mut proven = Proven::begin(conn, &self.settings, spoilt, writes, tells)?;
        proven.check(catalog)?;
        let value = work(proven.raw())?;
        proven.commit()?;
        Ok(value)
    }
}
