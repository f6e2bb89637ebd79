//! The directory's tables, made by migrations. The tables of the [audit](crate::audit) and of the
//! [numbers](crate::numbers) for people come with them.

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// The migrations of the directory on SQLite. As on each backend, they make the tables of the
/// [audit](crate::audit) too, which [`add_to`](super::add_to) has, and that of the
/// [numbers](crate::numbers) for people.
#[cfg(feature = "sqlite")]
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The same on PostgreSQL. Row security is not among them: it comes with
/// the application's own, from [`Directory::add_to`](super::add_to).
#[cfg(feature = "postgres")]
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The same on MySQL and MariaDB.
#[cfg(feature = "mysql")]
pub const MYSQL: EmbeddedMigrations = embed_migrations!("migrations/mysql");
