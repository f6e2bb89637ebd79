//! PostgreSQL: the setting that carries the tenant, and transactions.

use std::fmt::Write as _;
use std::time::Duration;

use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, SimpleConnection, TransactionManager,
};
use diesel::dsl::sql;
use diesel::result::{
    DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError, QueryResult,
};
use diesel::sql_types::{BigInt, Bool};
use diesel::{ConnectionError, PgConnection, RunQueryDsl};

use super::connection::{ScopedConnection, is_ambiguous, refused_url, sealed};
use super::transport::{Tells, Transport};
use crate::error::Error;
use crate::key::KeyRef;

/// The setting that the policies of row-level security read.
const SETTING: &str = "tenancy.tenant_id";

impl sealed::Sealed for PgConnection {}

impl ScopedConnection for PgConnection {
    const CARRIES_TENANT: bool = true;

    fn settings(_: Duration) -> String {
        String::new()
    }

    fn prepare_for(&mut self, transport: Transport) {
        // This forgets those that were prepared before.
        self.set_prepared_statement_cache_size(CacheSize::Disabled);
        // A prepared statement belongs to a session, and behind a pooler of transactions
        // the next statement may be on another one.
        if transport.keeps_prepared() {
            self.set_prepared_statement_cache_size(CacheSize::Unbounded);
        }
    }

    fn begin(&mut self, writes: bool, tells: Tells<'_>) -> QueryResult<()> {
        begin_and(self, writes, "", tells)
    }

    fn carry(&mut self, key: KeyRef<'_>) -> QueryResult<()> {
        let mut sql = String::from("SET ");
        push_setting(&mut sql, key);
        self.batch_execute(&sql)
    }

    fn carry_nobody(&mut self) -> QueryResult<()> {
        // What it would be reset to may be a tenant.
        self.batch_execute(&format!("SET {SETTING} = ''"))
    }

    fn transaction_number(&mut self) -> QueryResult<Option<i64>> {
        let number = sql::<BigInt>("SELECT pg_catalog.txid_current()");
        number.get_result(self).map(Some)
    }

    fn has_committed(&mut self, number: i64) -> QueryResult<bool> {
        let status = "SELECT coalesce(pg_catalog.txid_status(";
        let status = sql::<Bool>(status).bind::<BigInt, _>(number);
        status.sql(") = 'committed', false)").get_result(self)
    }

    fn sees_every_row(&mut self) -> QueryResult<bool> {
        let bypasses = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
        sql::<Bool>(bypasses).get_result(self)
    }

    fn only_read(&mut self) -> QueryResult<()> {
        self.batch_execute("SET TRANSACTION READ ONLY")
    }

    fn wait_at_most(&mut self, time: Duration) -> QueryResult<()> {
        let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX).max(1);
        self.batch_execute(&format!(
            "SELECT pg_catalog.set_config('lock_timeout', '{millis}', true) \
             WHERE pg_catalog.current_setting('lock_timeout') = '0'"
        ))
    }

    fn ends_transaction(_: &DatabaseErrorKind, _: &dyn DatabaseErrorInformation) -> bool {
        true
    }

    fn end_transactions(&mut self) {
        while AnsiTransactionManager::rollback_transaction(self).is_ok() {}
        // One that diesel does not know of. Without one, this is a warning.
        drop(self.batch_execute("ROLLBACK"));
    }

    fn cannot_open(error: ConnectionError, url: &str) -> Error {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            ConnectionError::BadConnection(reason)
                if is_of_the_server(&reason) && !is_ambiguous(url) =>
            {
                Error::CannotOpen { reason }
            }
            _ => refused_url(),
        }
    }
}

/// Begins a transaction with more SQL in its first message, which each begins with `;`.
pub(super) fn begin_and(
    conn: &mut PgConnection,
    writes: bool,
    more: &str,
    tells: Tells<'_>,
) -> QueryResult<()> {
    let mut sql = String::from(if writes { "BEGIN" } else { "BEGIN READ ONLY" });
    sql.push_str(more);
    let told = match tells {
        Tells::AtOnce(key) => Some(("; SET LOCAL ", key)),
        Tells::ForLonger(key) => Some(("; SET ", key)),
        Tells::Nobody | Tells::Apart(_) => None,
    };
    if let Some((set, key)) = told {
        sql.push_str(set);
        push_setting(&mut sql, key);
    }
    begin_with(conn, &sql)?;
    match tells {
        Tells::Apart(key) => tell_apart(conn, key),
        Tells::Nobody | Tells::AtOnce(_) | Tells::ForLonger(_) => Ok(()),
    }
}

fn begin_with(conn: &mut PgConnection, sql: &str) -> QueryResult<()> {
    match AnsiTransactionManager::begin_transaction_sql(conn, sql) {
        Err(DieselError::AlreadyInTransaction) => AnsiTransactionManager::begin_transaction(conn),
        Err(error) => {
            // It may have begun, and failed to take the setting: diesel knows of none.
            if conn.batch_execute("ROLLBACK").is_err() {
                AnsiTransactionManager::transaction_manager_status_mut(conn).set_in_error();
            }
            Err(error)
        }
        Ok(()) => Ok(()),
    }
}

/// By a message of its own in the transaction that has begun, which ends if that fails.
fn tell_apart(conn: &mut PgConnection, key: KeyRef<'_>) -> QueryResult<()> {
    let mut sql = String::from("SET LOCAL ");
    push_setting(&mut sql, key);
    conn.batch_execute(&sql).inspect_err(|_| {
        if AnsiTransactionManager::rollback_transaction(conn).is_err() {
            AnsiTransactionManager::transaction_manager_status_mut(conn).set_in_error();
        }
    })
}

/// Whether libpq got as far as to look for a server. What it says of a URL that it cannot
/// read repeats the URL.
fn is_of_the_server(reason: &str) -> bool {
    ["connection to server ", "could not translate host name "]
        .iter()
        .any(|start| reason.starts_with(start))
}

/// `tenancy.tenant_id = E'..'`. `SET` takes no bind, so that the key is quoted here. In an
/// `E''` text a backslash means the same whatever `standard_conforming_strings` says
/// (PostgreSQL 18, 4.1.2.2).
fn push_setting(sql: &mut String, key: KeyRef<'_>) {
    sql.push_str(SETTING);
    sql.push_str(" = ");
    match key {
        // Writing to a `String` does not fail.
        KeyRef::Int(_) | KeyRef::Uuid(_) => drop(write!(sql, "'{key}'")),
        // No tenant is told as all of them: this is nobody.
        KeyRef::Everyone => sql.push_str("''"),
        KeyRef::Text(text) => {
            sql.push_str("E'");
            for c in text.chars() {
                if matches!(c, '\'' | '\\') {
                    sql.push(c);
                }
                sql.push(c);
            }
            sql.push('\'');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: KeyRef<'_>) -> String {
        let mut sql = String::new();
        push_setting(&mut sql, key);
        sql
    }

    #[test]
    fn numbers_and_uuids_are_written_as_they_are() {
        assert_eq!(setting(KeyRef::Int(42)), "tenancy.tenant_id = '42'");
        assert_eq!(setting(KeyRef::Everyone), "tenancy.tenant_id = ''");
        assert_eq!(
            setting(KeyRef::Uuid(uuid::Uuid::max())),
            "tenancy.tenant_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'"
        );
    }

    #[test]
    fn no_text_ends_its_quotes() {
        assert_eq!(
            setting(KeyRef::Text(r"a'; SET ROLE ops; --\")),
            r"tenancy.tenant_id = E'a''; SET ROLE ops; --\\'"
        );
        assert_eq!(setting(KeyRef::Text(r"\'")), r"tenancy.tenant_id = E'\\'''");
    }
}
