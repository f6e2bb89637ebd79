//! The migration that makes the table of numbers.

use crate::migration::own_migration;

/// The migration of the table of numbers, for [`Database::migrate`](crate::Database::migrate) on
/// each backend. Its files are in the crate's folder `migrations`, and it is among the
/// [directory](crate::directory)'s too.
pub const MIGRATIONS: NumberMigrations = NumberMigrations(());

/// What [`MIGRATIONS`] is.
#[derive(Debug, Clone, Copy)]
pub struct NumberMigrations(());

own_migration!(
    NumberMigrations,
    "2026-11-21-000200_tenancy_numbers",
    "20261121000200"
);
