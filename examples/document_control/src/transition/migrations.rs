//! The migrations, as far as a phase wants them.

use diesel::connection::Connection;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Result, connect};
use crate::Conn;

type Backend = <Conn as Connection>::Backend;

#[cfg(feature = "mysql")]
const FILES: EmbeddedMigrations = embed_migrations!("migrations/mysql");
#[cfg(not(feature = "mysql"))]
const FILES: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The tables with numbers only.
pub(super) const OLD: UpTo = UpTo("2026-01-01-000000_tables");
/// Besides, the column that may be empty.
#[cfg(not(feature = "mysql"))]
pub(super) const COLUMN: UpTo = UpTo("2026-03-12-000100_public_ids_added");
/// All of them.
pub(super) const ALL: UpTo = UpTo("9");

/// The migrations up to one.
#[derive(Clone, Copy)]
pub(super) struct UpTo(&'static str);

impl MigrationSource<Backend> for UpTo {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<Backend>>>> {
        let mut all = MigrationSource::<Backend>::migrations(&FILES)?;
        all.retain(|migration| migration.name().to_string().as_str() <= self.0);
        Ok(all)
    }
}

/// Takes the first phase back, and returns what was reverted: no other column is touched, so that
/// the service of before runs again.
///
/// # Errors
///
/// What the database says.
pub fn take_back(url: &str) -> Result<Vec<String>> {
    let mut conn = connect(url)?;
    let mut reverted = Vec::new();
    while conn.applied_migrations().map_err(|e| e.to_string())?.len() > 1 {
        let version = conn
            .revert_last_migration(FILES)
            .map_err(|e| e.to_string())?;
        reverted.push(version.to_string());
    }
    Ok(reverted)
}
