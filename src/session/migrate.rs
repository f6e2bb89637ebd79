//! Migrations: all pending ones, or none.

use diesel::backend::Backend;
use diesel::connection::TransactionManager;
use diesel::migration::{Migration, MigrationSource};

use super::connection::ScopedConnection;
use super::database::Database;
use crate::error::{Error, Result};

impl<C: ScopedConnection> Database<C> {
    /// Runs the pending migrations in one transaction, and returns their names. If one
    /// fails, none of them stays.
    ///
    /// MySQL and MariaDB commit each statement that changes the schema: there each migration is
    /// run by itself, those before the one that fails stay, and so does what that one did until
    /// then. The error names it, and the last one that is complete.
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
        let ran = if C::COMMITS_DDL {
            run_pending(&mut *conn, migrations)
        } else {
            run_together(&mut *conn, migrations)
        };
        if ran.is_err() {
            // The pool would drop the connection otherwise, and a database in memory
            // with it.
            conn.end_transactions();
        }
        ran
    }
}

fn run_together<C: ScopedConnection>(
    conn: &mut C,
    migrations: impl MigrationSource<C::Backend>,
) -> Result<Vec<String>> {
    conn.begin(true, None)?;
    let ran = run_pending(conn, migrations)?;
    C::TransactionManager::commit_transaction(conn)?;
    Ok(ran)
}

fn run_pending<C: ScopedConnection>(
    conn: &mut C,
    migrations: impl MigrationSource<C::Backend>,
) -> Result<Vec<String>> {
    let pending = conn
        .pending_migrations(migrations)
        .map_err(|source| Error::Migration {
            name: "(the list of migrations)".to_owned(),
            complete: None,
            source,
        })?;
    for migration in &pending {
        check(migration.as_ref())?;
    }
    let mut ran = Vec::new();
    for migration in &pending {
        let name = migration.name().to_string();
        if let Err(source) = conn.run_migration(migration.as_ref()) {
            let complete = ran.pop().filter(|_| C::COMMITS_DDL);
            return Err(Error::Migration {
                name,
                complete,
                source,
            });
        }
        ran.push(name);
    }
    Ok(ran)
}

fn check<DB: Backend>(migration: &dyn Migration<DB>) -> Result<()> {
    if migration.metadata().run_in_transaction() {
        return Ok(());
    }
    Err(Error::Migration {
        name: migration.name().to_string(),
        complete: None,
        source: "it asks to run outside of a transaction (`run_in_transaction = false`)".into(),
    })
}
