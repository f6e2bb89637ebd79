//! The migrations that make the tables of the audit.

use crate::migration::own_migration;

/// The migrations of the audit's tables, for [`Database::migrate`](crate::Database::migrate) on
/// each backend. Their files are in the crate's folder `migrations`.
pub const MIGRATIONS: AuditMigrations = AuditMigrations(());

/// What [`MIGRATIONS`] is.
#[derive(Debug, Clone, Copy)]
pub struct AuditMigrations(());

own_migration!(
    AuditMigrations,
    "2026-11-21-000100_tenancy_audit",
    "20261121000100"
);
