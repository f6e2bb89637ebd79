//! The transaction in which SQL of one's own runs, and what is made of its connection behind it.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::RunQueryDsl;
use diesel::connection::{Connection, SimpleConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Text};

use super::builder::Settings;
use super::postgres::begin_and;
use super::transaction::depth;
use super::transport::Tells;
use crate::catalog::Catalog;
use crate::error::{Error, Result};

type Manager = <PgConnection as Connection>::TransactionManager;

/// What `DISCARD ALL` stands for (PostgreSQL 18, DISCARD), which no transaction takes, and the
/// role. What waits for the commit asks the tenant still, and so comes first. The last two are
/// what diesel sets on each connection.
const CLEAN: &str = "\
    SET CONSTRAINTS ALL IMMEDIATE; CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; \
    RESET ALL; DEALLOCATE ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); \
    DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES; \
    SET TIME ZONE 'UTC'; SET CLIENT_ENCODING TO 'UTF8'";

/// A transaction in which row security is proven. It is rolled back unless it is committed.
pub(super) struct Proven<'a> {
    conn: &'a mut PgConnection,
    settings: &'a Settings,
    /// What `tenancy.proof` is as long as it is this transaction.
    proof: String,
    /// Whether SQL of the application's own has run.
    pub(super) spoilt: &'a mut bool,
    ended: bool,
}

impl<'a> Proven<'a> {
    pub(super) fn begin(
        conn: &'a mut PgConnection,
        settings: &'a Settings,
        spoilt: &'a mut bool,
        writes: bool,
        tells: Tells<'_>,
    ) -> Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let proof = NUMBER.fetch_add(1, Ordering::Relaxed).to_string();
        let set = format!("; SET LOCAL tenancy.proof = '{proof}'");
        begin_and(conn, writes, &set, tells)?;
        Ok(Self {
            conn,
            settings,
            proof,
            spoilt,
            ended: false,
        })
    }

    pub(super) fn check(&mut self, catalog: &Catalog) -> Result<()> {
        match catalog.uncovered(self.conn)? {
            None => Ok(()),
            Some((table, reason)) => Err(Error::NotEnforced { table, reason }),
        }
    }

    /// The connection, for SQL of the application's own.
    pub(super) fn raw(&mut self) -> &mut PgConnection {
        *self.spoilt = true;
        self.conn
    }

    pub(super) fn commit(mut self) -> Result<()> {
        if depth(self.conn) != 1 || !self.is_the_same()? {
            return Err(Error::Transaction {
                reason: "it was ended, or another was begun in it and not ended".into(),
            });
        }
        clean(self.conn, self.settings)?;
        Manager::commit_transaction(self.conn)?;
        self.ended = true;
        Ok(())
    }

    /// Whether the transaction is the one that was begun: another has not its setting.
    fn is_the_same(&mut self) -> QueryResult<bool> {
        let proof = "SELECT pg_catalog.current_setting('tenancy.proof', true)";
        let found: Option<String> = sql::<Nullable<Text>>(proof).get_result(self.conn)?;
        Ok(found.as_ref() == Some(&self.proof))
    }

    /// Rolls back whatever transaction is open, also one that diesel does not know of. What
    /// that does not undo is taken away on the same connection of the server, which a pooler
    /// gives to somebody else between two transactions.
    fn roll_back(&mut self) -> QueryResult<()> {
        if !*self.spoilt {
            return self.conn.batch_execute("ROLLBACK");
        }
        self.conn.batch_execute("ROLLBACK; BEGIN")?;
        clean(self.conn, self.settings)?;
        self.conn.batch_execute("COMMIT")
    }
}

/// Makes the connection as it was when it was new.
fn clean(conn: &mut PgConnection, settings: &Settings) -> QueryResult<()> {
    conn.batch_execute(CLEAN)?;
    settings.apply(conn)
}

impl Drop for Proven<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if let Err(error) = self.roll_back() {
            let error = Error::from(error);
            tracing::warn!(%error, "SQL of one's own could not be rolled back");
            // What is open still ends here.
            drop(self.conn.batch_execute("ROLLBACK"));
            Manager::transaction_manager_status_mut(self.conn).set_in_error();
        }
    }
}
