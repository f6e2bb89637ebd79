//! Migrations: all pending ones, or none; or one after the other, where the database keeps
//! each change of the schema at once.

use diesel::backend::Backend;
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
    /// A migration must not end that transaction by a COMMIT or ROLLBACK of its own. On PostgreSQL
    /// that is an error, which says what stays.
    ///
    /// MySQL and MariaDB keep each change of the schema at once. There each migration is a
    /// transaction by itself: those before the failed one stay, and of the failed one what it
    /// did up to its last change of the schema. The error names both, on each database.
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
    /// [`Error::Migration`] with the name of the one that failed and of the last complete one.
    /// One whose metadata asks to run outside of a transaction is refused before any other
    /// runs. [`Error::Locked`] if another process kept the database locked.
    ///
    /// # Tenancy
    ///
    /// Migrations are SQL of yours: they see every tenant's rows. The connection that ran some does
    /// not come back to the pool, so that no setting of theirs does; a database in memory, which
    /// is its connection, gets the settings of each new connection again.
    pub fn migrate<S>(&self, migrations: S) -> Result<Vec<String>>
    where
        S: MigrationSource<C::Backend>,
    {
        let mut conn = self.checkout_for_nobody()?;
        let ran = if C::SCHEMA_COMMITS {
            one_by_one(&mut *conn, &migrations)
        } else {
            all_or_none(&mut *conn, &migrations)
        };
        if !matches!(&ran, Ok(names) if names.is_empty()) {
            self.leave_nothing(&mut *conn);
        }
        ran
    }

    /// What migrations have set does not come back: a dump begins with `SET foreign_key_checks = 0`.
    fn leave_nothing(&self, conn: &mut C) {
        let is_the_database = conn.has_no_file().unwrap_or(false);
        if !is_the_database || self.settings.apply(conn).is_err() {
            C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
        }
    }
}

fn all_or_none<C: ScopedConnection>(
    conn: &mut C,
    migrations: &impl MigrationSource<C::Backend>,
) -> Result<Vec<String>> {
    conn.begin(true, Tells::Nobody)?;
    let mut number = None;
    let ran = run_all(conn, migrations, &mut number);
    let Err(error) = ran else {
        return ran;
    };
    // Where it has failed, it cannot be asked.
    let is_another = number.is_some() && conn.transaction_number().is_ok_and(|now| now != number);
    // The pool would drop the connection otherwise, and a database in memory
    // with it.
    conn.end_transactions();
    let has_committed = number.is_some_and(|number| conn.has_committed(number).unwrap_or(false));
    Err(if has_committed || is_another {
        kept(conn, migrations, error)
    } else {
        error
    })
}

/// In the transaction that has begun, whose number this is.
fn run_all<C: ScopedConnection>(
    conn: &mut C,
    migrations: &impl MigrationSource<C::Backend>,
    number: &mut Option<i64>,
) -> Result<Vec<String>> {
    let plan = Plan::of(conn, migrations)?;
    *number = conn.transaction_number()?;
    let pending = plan.pending.iter();
    let ran = pending
        .map(|one| Plan::run(conn, one.as_ref(), plan.complete.clone()))
        .collect::<Result<_>>()?;
    C::TransactionManager::commit_transaction(conn)?;
    Ok(ran)
}

/// Says that something stays, where a migration has ended the transaction.
fn kept<C: ScopedConnection>(
    conn: &mut C,
    migrations: &impl MigrationSource<C::Backend>,
    error: Error,
) -> Error {
    let Error::Migration { name, source, .. } = error else {
        return error;
    };
    let plan = Plan::of(conn, migrations).ok();
    Error::Migration {
        name,
        last_complete: plan.and_then(|plan| plan.complete),
        source: format!(
            "a migration has ended the transaction that all pending ones run in, and what was \
             committed by that or done behind it stays: {source}"
        )
        .into(),
    }
}

fn one_by_one<C: ScopedConnection>(
    conn: &mut C,
    migrations: &impl MigrationSource<C::Backend>,
) -> Result<Vec<String>> {
    let plan = Plan::of(conn, migrations)?;
    // What follows a change of the schema is no transaction otherwise.
    conn.commit_each_statement(false)?;
    let mut ran = Vec::new();
    let mut all = plan.pending.iter();
    let done = all.try_for_each(|one| {
        let last = ran.last().or(plan.complete.as_ref()).cloned();
        ran.push(Plan::run(conn, one.as_ref(), last)?);
        Ok(())
    });
    if conn.commit_each_statement(true).is_err() {
        C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
    }
    done.map(|()| ran)
}

/// What there is to do, and what has been done before.
struct Plan<DB: Backend> {
    pending: Vec<Box<dyn Migration<DB>>>,
    complete: Option<String>,
}

impl<DB: Backend> Plan<DB> {
    fn of<C: ScopedConnection<Backend = DB>>(
        conn: &mut C,
        migrations: &impl MigrationSource<DB>,
    ) -> Result<Self> {
        let unknown = |source| Error::Migration {
            name: "(the list of migrations)".to_owned(),
            last_complete: None,
            source,
        };
        let applied = conn.applied_migrations().map_err(unknown)?;
        let mut all = migrations.migrations().map_err(unknown)?;
        all.sort_by(|one, other| one.name().version().cmp(&other.name().version()));
        let last = applied.iter().max();
        let known = |of| all.iter().find(|one| one.name().version() == of);
        let complete = last.map(|last| {
            known(last.as_owned()).map_or_else(|| last.to_string(), |one| one.name().to_string())
        });
        all.retain(|one| !applied.contains(&one.name().version().as_owned()));
        let plan = Self {
            pending: all,
            complete,
        };
        plan.check()?;
        Ok(plan)
    }

    fn check(&self) -> Result<()> {
        let mut all = self.pending.iter();
        match all.find(|one| !one.metadata().run_in_transaction()) {
            None => Ok(()),
            Some(one) => Err(Error::Migration {
                name: one.name().to_string(),
                last_complete: self.complete.clone(),
                source: "it asks to run outside of a transaction (`run_in_transaction = false`)"
                    .into(),
            }),
        }
    }

    fn run<C: ScopedConnection<Backend = DB>>(
        conn: &mut C,
        one: &dyn Migration<DB>,
        last_complete: Option<String>,
    ) -> Result<String> {
        let name = one.name().to_string();
        match conn.run_migration(one) {
            Ok(_) => Ok(name),
            Err(source) => Err(Error::Migration {
                name,
                last_complete,
                source,
            }),
        }
    }
}
