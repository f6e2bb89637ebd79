//! The connection: a pool that hands out none, and sessions bound to a scope.

mod act;
mod bare;
mod builder;
mod columns;
mod connection;
mod database;
#[cfg(feature = "postgres")]
mod enforced;
mod founding;
mod lent;
mod migrate;
#[cfg(feature = "mysql")]
mod mysql;
mod operated;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod proven;
mod run;
mod run_batch;
mod run_page;
mod scoped_session;
mod send;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tables;
mod tenant;
mod transaction;
mod transport;
mod unique_keys;
mod versioned;

pub(crate) use act::{Journal, Outcome};
pub use builder::DatabaseBuilder;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use connection::DefaultBackend;
pub use connection::ScopedConnection;
pub use database::Database;
pub(crate) use operated::Tables;
pub use run::{Permits, RunScopedDsl};
pub use run_batch::{RunBatchDsl, RunMaybeDsl};
pub use run_page::{RunKeysetDsl, RunPageDsl};
pub use scoped_session::Session;
pub(crate) use tables::Use;
pub(crate) use transport::Tells;
pub use transport::Transport;
pub use versioned::RunVersionDsl;
