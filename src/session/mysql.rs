//! MySQL and MariaDB: their settings and transactions.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::result::{
    DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError, QueryResult,
};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{ConnectionError, MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use super::connection::{ScopedConnection, is_ambiguous, refused_url, sealed};
use super::transport::Tells;
use crate::error::{Error, has_closed, takes_all_back};
use crate::query::UniqueKey;

impl sealed::Sealed for MysqlConnection {}

#[derive(QueryableByName)]
struct Columns {
    #[diesel(sql_type = Bool)]
    is_target: bool,
}

/// How many columns each unique key has, and whether each is whole and among the target's.
const UNIQUE_KEYS: &str = "
    SELECT count(*) = ? AND min(sub_part IS NULL AND find_in_set(column_name, ?) > 0) AS is_target
    FROM information_schema.statistics
    WHERE table_schema = coalesce(?, database()) AND table_name = ? AND non_unique = 0
    GROUP BY index_name";

impl ScopedConnection for MysqlConnection {
    const KNOWS_TARGETS: bool = false;
    const COLUMNS_COME_LATE: bool = true;
    const SCHEMA_COMMITS: bool = true;
    const SAVEPOINTS_HEAL: bool = false;

    fn commit_each_statement(&mut self, each: bool) -> QueryResult<()> {
        self.batch_execute(&format!("SET autocommit = {}", u8::from(each)))
    }

    fn has_kept_some(&mut self) -> QueryResult<bool> {
        diesel::select(sql::<Bool>("@@warning_count > 0")).get_result(self)
    }

    fn has_unique_key(&mut self, key: &UniqueKey) -> QueryResult<bool> {
        let table = key.table();
        let count = i64::try_from(key.columns.len()).unwrap_or(i64::MAX);
        let keys: Vec<Columns> = sql_query(UNIQUE_KEYS)
            .bind::<BigInt, _>(count)
            .bind::<Text, _>(key.columns.join(","))
            .bind::<Nullable<Text>, _>(table.schema())
            .bind::<Text, _>(table.table())
            .load(self)?;
        Ok(keys.iter().any(|columns| columns.is_target))
    }

    fn settings(_: Duration) -> String {
        String::new()
    }

    fn promises() -> &'static str {
        // Else a write outside of transactions would be lost, also where a commit begins the next
        // transaction (`completion_type`); a value that does not fit is made to fit, and a missing
        // one made up; and an assignment reads what the one before it has set. MySQL does not know
        // the second mode.
        "SET SESSION autocommit = 1, completion_type = 'NO_CHAIN', sql_mode = CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES' \
         /*M! , 'SIMULTANEOUS_ASSIGNMENT' */)"
    }

    fn begin(&mut self, writes: bool, _: Tells<'_>) -> QueryResult<()> {
        let sql = if writes {
            "START TRANSACTION READ WRITE"
        } else {
            "START TRANSACTION READ ONLY"
        };
        match AnsiTransactionManager::begin_transaction_sql(self, sql) {
            Err(DieselError::AlreadyInTransaction) => {
                AnsiTransactionManager::begin_transaction(self)
            }
            begun => begun.inspect_err(|error| {
                if matches!(error, DieselError::DatabaseError(_, info) if has_closed(info.message()))
                {
                    AnsiTransactionManager::transaction_manager_status_mut(self).set_in_error();
                }
            }),
        }
    }

    fn ends_transaction(kind: &DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> bool {
        // The first is a deadlock. The others have no kind.
        matches!(kind, DatabaseErrorKind::SerializationFailure) || takes_all_back(info.message())
    }

    fn has_closed(error: &dyn DatabaseErrorInformation) -> bool {
        has_closed(error.message())
    }

    fn end_transactions(&mut self) {
        while AnsiTransactionManager::rollback_transaction(self).is_ok() {}
        // One that diesel does not know of.
        if self.batch_execute("ROLLBACK").is_err() {
            AnsiTransactionManager::transaction_manager_status_mut(self).set_in_error();
        }
    }

    fn cannot_open(error: ConnectionError, url: &str) -> Error {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            ConnectionError::BadConnection(reason) if !is_ambiguous(url) => {
                Error::CannotOpen { reason }
            }
            _ => refused_url(),
        }
    }
}
