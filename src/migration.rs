//! A migration of the library's own, which an application runs beside its others.

use std::fmt;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion, Result};

/// The files of one folder.
pub(crate) struct OwnMigration {
    pub(crate) called: Called,
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
}

/// As diesel's own tools call it: the folder's name, and its number without the dashes.
pub(crate) struct Called {
    pub(crate) folder: &'static str,
    pub(crate) version: &'static str,
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.folder)
    }
}

impl MigrationName for Called {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.version)
    }
}

struct InTransaction;

impl MigrationMetadata for InTransaction {}

impl<DB: Backend> Migration<DB> for OwnMigration {
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
        &self.called
    }
}

/// Makes a type the source of one migration, on each backend.
macro_rules! own_migration {
    ($source:ty, $folder:literal, $version:literal) => {
        $crate::migration::own_migration!(
            $source,
            $folder,
            $version,
            "sqlite",
            diesel::sqlite::Sqlite
        );
        $crate::migration::own_migration!($source, $folder, $version, "postgres", diesel::pg::Pg);
        $crate::migration::own_migration!(
            $source,
            $folder,
            $version,
            "mysql",
            diesel::mysql::Mysql
        );
    };
    ($source:ty, $folder:literal, $version:literal, $feature:literal, $db:ty) => {
        #[cfg(feature = $feature)]
        impl diesel::migration::MigrationSource<$db> for $source {
            fn migrations(
                &self,
            ) -> diesel::migration::Result<Vec<Box<dyn diesel::migration::Migration<$db>>>> {
                Ok(vec![Box::new($crate::migration::OwnMigration {
                    called: $crate::migration::Called {
                        folder: $folder,
                        version: $version,
                    },
                    up: include_str!(concat!(
                        env!("CARGO_MANIFEST_DIR"),
                        "/migrations/",
                        $feature,
                        "/",
                        $folder,
                        "/up.sql"
                    )),
                    down: include_str!(concat!(
                        env!("CARGO_MANIFEST_DIR"),
                        "/migrations/",
                        $feature,
                        "/",
                        $folder,
                        "/down.sql"
                    )),
                })])
            }
        }
    };
}
pub(crate) use own_migration;
