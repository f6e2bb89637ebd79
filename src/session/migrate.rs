//! Migrations: all pending ones, or none.

use diesel::connection::TransactionManager;
use diesel::migration::{Migration, MigrationSource};

use super::connection::ScopedConnection;
use super::database::Database;
use super::transport::Tells;
use crate::error::{Error, Result};

impl<C: ScopedConnection> Database<C> {
    /// Runs the pending migrations in one transaction, and returns their names. If one
    /// fails, none of them stays.
    ///
    /// ```
    /// # use diesel::SqliteConnection;
    /// # use tenancy::Database;
    /// use diesel_migrations::{EmbeddedMigrations, embed_migrations};
    ///
    /// const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/gear/migrations");
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let path = directory.path().join("gear.db");
    /// # let db = Database::<SqliteConnection>::open(path.to_str().unwrap())?;
    /// let ran = db.migrate(MIGRATIONS)?;
    /// assert_eq!(ran, ["2026-01-01-000000_categories"]);
    /// assert!(db.migrate(MIGRATIONS)?.is_empty());
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Migration`] with the name of the one that failed, also for one whose
    /// metadata asks to run outside of a transaction; [`Error::Locked`] if another
    /// process kept the database locked.
    ///
    /// # Tenancy
    ///
    /// Migrations are SQL of yours: they see every tenant's rows.
    pub fn migrate<S>(&self, migrations: S) -> Result<Vec<String>>
    where
        S: MigrationSource<C::Backend>,
    {
        let mut conn = self.checkout_for_nobody()?;
        conn.begin(true, Tells::Nobody)?;
        let ran = run_pending(&mut *conn, migrations).and_then(|ran| {
            C::TransactionManager::commit_transaction(&mut *conn)?;
            Ok(ran)
        });
        if ran.is_err() {
            // The pool would drop the connection otherwise, and a database in memory
            // with it.
            conn.end_transactions();
        }
        ran
    }
}

fn run_pending<C: ScopedConnection>(
    conn: &mut C,
    migrations: impl MigrationSource<C::Backend>,
) -> Result<Vec<String>> {
    let pending = conn
        .pending_migrations(migrations)
        .map_err(|source| Error::Migration {
            name: "(the list of migrations)".to_owned(),
            source,
        })?;
    pending
        .iter()
        .map(|migration| run_one(conn, migration.as_ref()))
        .collect()
}

fn run_one<C: ScopedConnection>(
    conn: &mut C,
    migration: &dyn Migration<C::Backend>,
) -> Result<String> {
    let name = migration.name().to_string();
    let failed = |source| Error::Migration {
        name: name.clone(),
        source,
    };
    if !migration.metadata().run_in_transaction() {
        return Err(failed(
            "it asks to run outside of a transaction (`run_in_transaction = false`)".into(),
        ));
    }
    conn.run_migration(migration).map_err(failed)?;
    Ok(name)
}
