//! Putting a protection into a live database, and saying before what would change.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod serving;
#[cfg(feature = "sqlite")]
mod sqlite;

use super::Catalog;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::Name;
use super::protection::Protection;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::protection::Step;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use crate::error::Error;
use crate::error::Result;

/// The connections whose database a catalog can put its protection into. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "a database cannot be protected through `{Self}`",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait Protects: sealed::Sealed {
    #[doc(hidden)]
    fn protection_of(catalog: &Catalog, serving: &str) -> Result<Protection>;

    /// Refuses a role or an account that is not there, or that nothing of it would bind, as far
    /// as the database knows; before anything is done.
    #[doc(hidden)]
    fn check_serving(&mut self, _catalog: &Catalog, _serving: &str) -> Result<()> {
        Ok(())
    }

    /// Takes the steps that are missing, if they are to be kept, and returns them.
    #[doc(hidden)]
    fn take(&mut self, catalog: &Catalog, protection: Protection, keep: bool)
    -> Result<Protection>;
}

mod sealed {
    //! Only this crate knows what protects a database.

    /// Seals [`Protects`](super::Protects).
    pub trait Sealed {}

    #[cfg(feature = "mysql")]
    impl Sealed for diesel::MysqlConnection {}
    #[cfg(feature = "postgres")]
    impl Sealed for diesel::PgConnection {}
    #[cfg(feature = "sqlite")]
    impl Sealed for diesel::SqliteConnection {}
}

impl Catalog {
    /// The SQL that makes the database of this kind of connection guard the tables, as far as
    /// it can. PostgreSQL has all of it ([`protection`](Self::protection)).
    ///
    /// MySQL and MariaDB have no row security, but keys, indexes, references within a tenant,
    /// triggers that let no row change its tenant, and rights: `serving` is the account that the
    /// service signs in as, `serving@localhost`; `serving` alone means `'serving'@'%'`. A right to
    /// the whole database goes past those to its tables, and so does one by a role or by `PUBLIC`:
    /// one that writes rows, changes the schema or can be handed on is a step to be done by hand.
    ///
    /// SQLite has keys and indexes, and takes no new reference in a table that is there: the
    /// text says with which one the table must be made anew ([`Step::by_hand`]). It knows no
    /// accounts, and `serving` is not used.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> tenancy::Result<()> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use diesel::SqliteConnection;
    /// use tenancy::catalog;
    ///
    /// let protection = catalog![Category, Item].protection_on::<SqliteConnection>("")?;
    /// assert!(protection.up().contains("CREATE UNIQUE INDEX IF NOT EXISTS"));
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// As [`protection`](Self::protection). A [`distributed`](Self::distributed) catalog is for
    /// PostgreSQL only, and refused elsewhere.
    pub fn protection_on<C: Protects>(&self, serving: &str) -> Result<Protection> {
        C::protection_of(self, serving)
    }

    /// What [`protect`](Self::protect) would change in this database, without doing it.
    ///
    /// # Errors
    ///
    /// As [`protect`](Self::protect), but for what must be done by hand, which is a step.
    pub fn pending<C: Protects>(&self, conn: &mut C, serving: &str) -> Result<Protection> {
        let protection = C::protection_of(self, serving)?;
        conn.check_serving(self, serving)?;
        conn.take(self, protection, false)
    }

    /// Puts the protection of the tables into the database, and returns what it changed:
    /// nothing, if it was all there. What it is on each backend is told by
    /// [`protection_on`](Self::protection_on).
    ///
    /// The connection is one of the tables' owner, as a migration has it. On PostgreSQL and
    /// SQLite it is one transaction. MySQL and MariaDB commit each statement.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> tenancy::Result<()> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let mut conn = gear.raw();
    /// use diesel::connection::SimpleConnection;
    /// use tenancy::catalog;
    ///
    /// conn.batch_execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")?;
    /// let catalog = catalog![Category, Item];
    /// println!("{}", catalog.pending(&mut conn, "")?); // what it would change
    /// catalog.protect(&mut conn, "")?;
    /// assert!(catalog.pending(&mut conn, "")?.steps().is_empty());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`](crate::Error::Catalog) as [`protection`](Self::protection), and for a
    /// table that is not there; on PostgreSQL also for a role that is not there, or that row
    /// security would not bind: a superuser, one that bypasses it, one that owns a table or can
    /// become its owner; on SQLite also for a reference that must be made by hand; on MySQL and
    /// MariaDB for an account that is not there or has wider grants, by itself, by a role or by
    /// `PUBLIC`; and where something else has the name of what it would make.
    /// [`Error::Transaction`](crate::Error::Transaction) on PostgreSQL in a transaction that was
    /// begun by SQL and not by diesel.
    /// [`Error::Database`](crate::Error::Database) for a column that is not there, or a role
    /// without the right;
    /// [`Error::UniqueViolation`](crate::Error::UniqueViolation) and
    /// [`Error::ForeignKeyViolation`](crate::Error::ForeignKeyViolation) if there are rows that
    /// break a key. Nothing is changed then. On MySQL and MariaDB these are the source of
    /// [`Error::Unfinished`](crate::Error::Unfinished), which says at which step it stopped:
    /// those before it stay, and the next call goes on from there.
    pub fn protect<C: Protects>(&self, conn: &mut C, serving: &str) -> Result<Protection> {
        let protection = C::protection_of(self, serving)?;
        conn.check_serving(self, serving)?;
        conn.take(self, protection, true)
    }

    /// Refused where no distributed engine is behind the backend.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    pub(super) fn check_undistributed(&self) -> Result<()> {
        self.check()?;
        match self.tables().first() {
            Some(table) if self.style.distributed => Err(super::refused(
                table,
                "is of a distributed catalog, which is for PostgreSQL only",
            )),
            _ => Ok(()),
        }
    }
}

/// The steps that the live database does not have yet. `is_there` asks whether a query has a
/// row.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
fn missing(steps: Vec<Step>, mut is_there: impl FnMut(&str) -> Result<bool>) -> Result<Vec<Step>> {
    let mut missing = Vec::new();
    for step in steps {
        if let Some(done) = &step.done
            && !is_there(done)?
        {
            missing.push(step);
        }
    }
    Ok(missing)
}

/// Said of a step behind which what it makes is still not there: as when something else has its
/// name.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn not_done(step: &Step) -> Error {
    let name = step.makes.as_ref();
    let name = name.map(|name| format!(": something else is called `{name}`"));
    Error::Catalog {
        table: step.table.clone(),
        reason: format!("still has no {}{}", step.what, name.unwrap_or_default()),
    }
}

/// Refuses tables that are not there, before anything is changed.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn check_tables(catalog: &Catalog, mut is_there: impl FnMut(&Name) -> Result<bool>) -> Result<()> {
    for table in catalog.tables() {
        if !is_there(&table.name)? {
            return Err(Error::Catalog {
                table: table.name.to_string(),
                reason: "is in the catalog, and not in the database".to_owned(),
            });
        }
    }
    Ok(())
}
