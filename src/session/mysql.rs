//! MySQL and MariaDB: their settings and transactions.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::{
    DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError, QueryResult,
};
use diesel::{ConnectionError, MysqlConnection};

use super::connection::{ScopedConnection, refused_url, sealed};
use crate::error::{Error, has_closed};
use crate::key::KeyRef;

impl sealed::Sealed for MysqlConnection {}

impl ScopedConnection for MysqlConnection {
    const COLUMNS_COME_LATE: bool = true;
    const COMMITS_DDL: bool = true;

    fn settings(_: Duration) -> String {
        // Else a value that does not fit is made to fit, and a missing one made up.
        "SET SESSION sql_mode = CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES')".to_owned()
    }

    fn begin(&mut self, writes: bool, _: Option<KeyRef<'_>>) -> QueryResult<()> {
        let sql = if writes {
            "START TRANSACTION READ WRITE"
        } else {
            "START TRANSACTION READ ONLY"
        };
        match AnsiTransactionManager::begin_transaction_sql(self, sql) {
            Err(DieselError::AlreadyInTransaction) => {
                AnsiTransactionManager::begin_transaction(self)
            }
            begun => begun,
        }
    }

    fn ends_transaction(kind: &DatabaseErrorKind) -> bool {
        // A deadlock.
        matches!(kind, DatabaseErrorKind::SerializationFailure)
    }

    fn has_closed(error: &dyn DatabaseErrorInformation) -> bool {
        has_closed(error.message())
    }

    fn end_transactions(&mut self) {
        while AnsiTransactionManager::rollback_transaction(self).is_ok() {}
        // One that diesel does not know of.
        drop(self.batch_execute("ROLLBACK"));
    }

    fn cannot_open(error: ConnectionError) -> Error {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            ConnectionError::InvalidConnectionUrl(_) => refused_url(),
            other => Error::CannotOpen {
                reason: other.to_string(),
            },
        }
    }
}
