//! A transaction that diesel does not know of: PostgreSQL would take its end for the end of ours.

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::error::{Error, Result};

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

/// Refuses a connection in a transaction that was begun by `BEGIN` as SQL, and leaves that open.
pub(crate) fn check(conn: &mut PgConnection) -> Result<()> {
    let status = AnsiTransactionManager::transaction_manager_status_mut(conn);
    if status.transaction_depth()?.is_none() && is_open(conn)? {
        return Err(Error::Transaction {
            reason: "one was begun on this connection by SQL: it would end here. Begin it by \
                     diesel's `transaction`, or end it before"
                .into(),
        });
    }
    Ok(())
}

/// A setting for a transaction is gone behind a statement by itself.
fn is_open(conn: &mut PgConnection) -> QueryResult<bool> {
    let mut ask = |sql: &str| -> QueryResult<Option<String>> {
        let Value { value } = sql_query(sql).get_result(conn)?;
        Ok(value)
    };
    ask("SELECT pg_catalog.set_config('tenancy.open', 'yes', true) AS value")?;
    let open = ask("SELECT pg_catalog.current_setting('tenancy.open', true) AS value")?;
    Ok(open.as_deref() == Some("yes"))
}
