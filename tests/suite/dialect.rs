//! What each backend has a way of its own to say.

#[cfg(feature = "sqlite")]
#[path = "dialect/sqlite.rs"]
mod backend;
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
#[path = "dialect/postgres.rs"]
mod backend;
#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
#[path = "dialect/mysql.rs"]
mod backend;

pub(crate) use backend::*;

pub(crate) type Backend = <crate::support::Conn as diesel::Connection>::Backend;
