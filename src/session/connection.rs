//! What a kind of connection must do differently from the others.

use std::time::Duration;

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::query_builder::QueryBuilder;
use diesel::r2d2::R2D2Connection;
use diesel::result::QueryResult;
use diesel_migrations::MigrationHarness;

use crate::error::{Error, Result};

/// The diesel connections that a [`Database`](crate::Database) can pool. Sealed.
///
/// `diesel::SqliteConnection`, with the feature `sqlite`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that `tenancy` can pool",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is, with the cargo feature `sqlite`"
)]
pub trait ScopedConnection:
    R2D2Connection
    + LoadConnection<Backend: DefaultBackend>
    + MigrationHarness<Self::Backend>
    + Send
    + sealed::Sealed
    + 'static
{
    /// Refuses a pool that would not be one database.
    #[doc(hidden)]
    fn check_pool(in_memory: bool, max_size: u32) -> Result<()>;

    /// Whether each connection is a database of its own that ends with it. The database
    /// says it, and not the URL, which can be written in many ways.
    #[doc(hidden)]
    fn has_no_file(&mut self) -> QueryResult<bool>;

    /// The settings of every new connection, before those of the application.
    #[doc(hidden)]
    fn settings(busy_timeout: Duration) -> String;

    /// Begins a transaction, or a savepoint within one.
    #[doc(hidden)]
    fn begin(&mut self, writes: bool) -> QueryResult<()>;

    /// Rolls back whatever transaction is open, also one that diesel does not know of.
    #[doc(hidden)]
    fn end_transactions(&mut self);

    /// What it means that a connection cannot be made.
    #[doc(hidden)]
    fn cannot_open(error: diesel::ConnectionError) -> Error;
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
