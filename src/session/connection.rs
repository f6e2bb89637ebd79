//! What a kind of connection must do differently from the others.

use std::time::Duration;

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::query_builder::QueryBuilder;
use diesel::r2d2::R2D2Connection;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, QueryResult};
use diesel_migrations::MigrationHarness;

use super::transport::{Tells, Transport};
use crate::error::{Error, Result};
use crate::key::KeyRef;
use crate::query::UniqueKey;

/// The diesel connections that a [`Database`](crate::Database) can pool. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that `tenancy` can pool",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait ScopedConnection:
    R2D2Connection
    + LoadConnection<Backend: DefaultBackend>
    + MigrationHarness<Self::Backend>
    + Send
    + sealed::Sealed
    + 'static
{
    /// Whether the database has row security of its own, which a setting tells the tenant.
    #[doc(hidden)]
    const CARRIES_TENANT: bool = false;

    /// Whether the database itself refuses an upsert whose target is no unique key.
    #[doc(hidden)]
    const KNOWS_TARGETS: bool = true;

    /// Whether there is this unique key.
    #[doc(hidden)]
    fn has_unique_key(&mut self, _: &UniqueKey) -> QueryResult<bool> {
        Ok(true)
    }

    /// Whether a prepared INSERT or DELETE says what it returns only when it has run.
    #[doc(hidden)]
    const COLUMNS_COME_LATE: bool = false;

    /// Whether the rollback that was just made left something as it was written.
    #[doc(hidden)]
    fn has_kept_some(&mut self) -> QueryResult<bool> {
        Ok(false)
    }

    /// Whether a change of the schema commits the transaction that it stands in.
    #[doc(hidden)]
    const SCHEMA_COMMITS: bool = false;

    /// The number of the open transaction, where the database tells it.
    #[doc(hidden)]
    fn transaction_number(&mut self) -> QueryResult<Option<i64>> {
        Ok(None)
    }

    /// Whether the transaction of this number was committed.
    #[doc(hidden)]
    fn has_committed(&mut self, _: i64) -> QueryResult<bool> {
        Ok(false)
    }

    /// Whether a statement outside of transactions is kept by itself, or begins one.
    #[doc(hidden)]
    fn commit_each_statement(&mut self, _: bool) -> QueryResult<()> {
        Ok(())
    }

    /// Whether this failure of a statement takes back what its transaction has done, or may.
    #[doc(hidden)]
    #[must_use]
    fn ends_transaction(_: &DatabaseErrorKind, _: &dyn DatabaseErrorInformation) -> bool {
        false
    }

    /// Whether such a failure takes back no more than the savepoint, and a rollback to it heals
    /// the transaction around.
    #[doc(hidden)]
    const SAVEPOINTS_HEAL: bool = true;

    /// Whether the connection is closed, by this failure.
    #[doc(hidden)]
    #[must_use]
    fn has_closed(_: &dyn DatabaseErrorInformation) -> bool {
        false
    }

    /// Refuses a pool that would not be one database.
    #[doc(hidden)]
    fn check_pool(_in_memory: bool, _max_size: u32) -> Result<()> {
        Ok(())
    }

    /// Whether each connection is a database of its own that ends with it. The database
    /// says it, and not the URL, which can be written in many ways.
    #[doc(hidden)]
    fn has_no_file(&mut self) -> QueryResult<bool> {
        Ok(false)
    }

    /// The settings of every new connection, before those of the application.
    #[doc(hidden)]
    fn settings(busy_timeout: Duration) -> String;

    /// What must hold on each connection whatever the application sets, so that it runs last.
    #[doc(hidden)]
    #[must_use]
    fn promises() -> &'static str {
        ""
    }

    /// What the transport asks of a new connection.
    #[doc(hidden)]
    fn prepare_for(&mut self, _: Transport) {}

    /// Begins a transaction, and tells it the tenant, at best in the same round trip; within
    /// one, makes a savepoint.
    #[doc(hidden)]
    fn begin(&mut self, writes: bool, tells: Tells<'_>) -> QueryResult<()>;

    /// Tells the connection the tenant, until it is told another.
    #[doc(hidden)]
    fn carry(&mut self, _: KeyRef<'_>) -> QueryResult<()> {
        Ok(())
    }

    /// Makes the connection one of no tenant.
    #[doc(hidden)]
    fn carry_nobody(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// Whether row security, if there is any, hides nothing from who signed in.
    #[doc(hidden)]
    fn sees_every_row(&mut self) -> QueryResult<bool> {
        Ok(true)
    }

    /// Lets nothing be written until the innermost transaction ends, where the database can.
    #[doc(hidden)]
    fn only_read(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// Lets no statement of the open transaction wait for a lock for longer than this, where the
    /// database would wait for ever and nobody has told it otherwise.
    #[doc(hidden)]
    fn wait_at_most(&mut self, _: Duration) -> QueryResult<()> {
        Ok(())
    }

    /// Rolls back whatever transaction is open, also one that diesel does not know of.
    #[doc(hidden)]
    fn end_transactions(&mut self);

    /// What it means that a connection cannot be made.
    #[doc(hidden)]
    fn cannot_open(error: diesel::ConnectionError, url: &str) -> Error;
}

/// The URL is not repeated: it may hold a password.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn refused_url() -> Error {
    Error::CannotOpen {
        reason: "this is not a URL of a database of this kind".into(),
    }
}

/// Whether a part of the password may be taken for the host or the database: a password must
/// not have these signs, unless they are written as `%40` and so on. Who reads such a URL may
/// say so in full.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn is_ambiguous(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let signs = |text: &str| text.matches('@').count();
    signs(rest) > 1 || signs(authority) < signs(rest)
}

/// A backend whose SQL can be rendered without a connection.
#[doc(hidden)]
pub trait DefaultBackend: Backend<QueryBuilder: Default + QueryBuilder<Self>> + Default {}

impl<DB: Backend<QueryBuilder: Default> + Default> DefaultBackend for DB {}

pub(super) mod sealed {
    //! Only this crate knows which connections keep the promises.

    /// Seals [`ScopedConnection`](super::ScopedConnection).
    pub trait Sealed {}
}
