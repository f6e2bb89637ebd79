//! SQLite: its settings, its transactions, its files.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sql_types::{Nullable, Text};
use diesel::{ConnectionError, RunQueryDsl, SqliteConnection};

use super::connection::{ScopedConnection, sealed};
use super::transport::Tells;
use crate::error::{Error, Result};

impl sealed::Sealed for SqliteConnection {}

impl ScopedConnection for SqliteConnection {
    fn check_pool(in_memory: bool, max_size: u32) -> Result<()> {
        if in_memory && max_size > 1 {
            return Err(Error::Configuration {
                reason: format!(
                    "a database in memory is another one for each of {max_size} connections: \
                     give the pool `max_size(1)`, or the database a file"
                ),
            });
        }
        Ok(())
    }

    fn has_no_file(&mut self) -> QueryResult<bool> {
        let file = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        let file: Option<String> = sql::<Nullable<Text>>(file).get_result(self)?;
        Ok(file.is_none_or(|file| file.is_empty()))
    }

    fn settings(busy_timeout: Duration) -> String {
        // The timeout first: switching to WAL may have to wait for a lock.
        format!(
            "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL;",
            busy_timeout.as_millis().min(i32::MAX.unsigned_abs().into())
        )
    }

    fn begin(&mut self, writes: bool, _: Tells<'_>) -> QueryResult<()> {
        // A deferred transaction that reads first and writes later cannot wait for a
        // lock: SQLite fails it at once. So one that may write takes its lock now.
        let sql = if writes {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN DEFERRED"
        };
        match AnsiTransactionManager::begin_transaction_sql(self, sql) {
            Err(DieselError::AlreadyInTransaction) => {
                AnsiTransactionManager::begin_transaction(self)
            }
            begun => begun,
        }
    }

    fn end_transactions(&mut self) {
        // diesel knows the transactions that were begun through it, and SQL may have
        // begun another: then this one cannot begin. (A bare ROLLBACK would fail in the
        // usual case, and a failure makes SQLite slower on this connection for good.)
        while AnsiTransactionManager::rollback_transaction(self).is_ok() {}
        drop(self.batch_execute("BEGIN DEFERRED"));
        drop(self.batch_execute("ROLLBACK"));
    }

    fn cannot_open(error: ConnectionError, _: &str) -> Error {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            other => Error::CannotOpen {
                reason: other.to_string(),
            },
        }
    }
}
