//! The migrations that make the tables of the audit.

use std::fmt;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result,
};

/// The migrations of the audit's tables, for [`Database::migrate`](crate::Database::migrate) on
/// each backend. Their files are in the crate's folder `migrations`.
pub const MIGRATIONS: AuditMigrations = AuditMigrations(());

/// What [`MIGRATIONS`] is.
#[derive(Debug, Clone, Copy)]
pub struct AuditMigrations(());

struct Text {
    up: &'static str,
    down: &'static str,
}

/// As diesel's own tools call it: the folder's name, and its number without the dashes.
struct Called;

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("2026-11-21-000100_tenancy_audit")
    }
}

impl MigrationName for Called {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from("20261121000100")
    }
}

struct InTransaction;

impl MigrationMetadata for InTransaction {}

impl<DB: Backend> Migration<DB> for Text {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> Result<()> {
        Ok(conn.batch_execute(self.up)?)
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<DB>) -> Result<()> {
        Ok(conn.batch_execute(self.down)?)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &InTransaction
    }

    fn name(&self) -> &dyn MigrationName {
        &Called
    }
}

macro_rules! migrations {
    ($feature:literal, $db:ty) => {
        #[cfg(feature = $feature)]
        impl MigrationSource<$db> for AuditMigrations {
            fn migrations(&self) -> Result<Vec<Box<dyn Migration<$db>>>> {
                Ok(vec![Box::new(Text {
                    up: include_str!(concat!(
                        env!("CARGO_MANIFEST_DIR"),
                        "/migrations/",
                        $feature,
                        "/2026-11-21-000100_tenancy_audit/up.sql"
                    )),
                    down: include_str!(concat!(
                        env!("CARGO_MANIFEST_DIR"),
                        "/migrations/",
                        $feature,
                        "/2026-11-21-000100_tenancy_audit/down.sql"
                    )),
                })])
            }
        }
    };
}

migrations!("sqlite", diesel::sqlite::Sqlite);
migrations!("postgres", diesel::pg::Pg);
migrations!("mysql", diesel::mysql::Mysql);
