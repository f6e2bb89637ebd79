//! The connection: a pool that hands out none, and sessions bound to a scope.

mod bare;
mod builder;
mod connection;
mod database;
mod migrate;
mod run;
mod run_page;
mod scoped_session;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;
mod versioned;

pub use builder::DatabaseBuilder;
pub use connection::ScopedConnection;
pub use database::Database;
pub use run::{Permits, RunBatchDsl, RunMaybeDsl, RunScopedDsl};
pub use run_page::{RunKeysetDsl, RunPageDsl};
pub use scoped_session::Session;
pub use versioned::RunVersionDsl;
