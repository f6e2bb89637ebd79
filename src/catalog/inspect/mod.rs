//! Reading a live schema, and saying what is wrong with it.

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod checks;
#[cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(dead_code)
)]
mod finding;
mod inspection;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
pub(super) mod postgres;
mod related;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use checks::fits;
pub use finding::{Check, Finding, Severity};
pub use inspection::Inspection;
pub(crate) use related::{Holder, Link, Related, RelatedTable, is as is_column};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use schema::Dialect;

use super::Catalog;
use crate::error::Result;

/// The connections whose database can be inspected. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "a database cannot be inspected through `{Self}`",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait Inspects: sealed::Sealed {
    #[doc(hidden)]
    fn look_at(&mut self, catalog: &Catalog) -> Result<Vec<Finding>>;

    /// How the tables hang together.
    #[doc(hidden)]
    fn related(&mut self, catalog: &Catalog) -> Result<Related>;
}

mod sealed {
    //! Only this crate knows what to look for.

    /// Seals [`Inspects`](super::Inspects).
    pub trait Sealed {}

    #[cfg(feature = "mysql")]
    impl Sealed for diesel::MysqlConnection {}
    #[cfg(feature = "postgres")]
    impl Sealed for diesel::PgConnection {}
    #[cfg(feature = "sqlite")]
    impl Sealed for diesel::SqliteConnection {}
}

impl Catalog {
    /// Reads the live schema of a database, and says what is wrong with it: for the tables
    /// of this catalog, and for the role that the connection signed in as. Give it a
    /// connection of the *serving* role. Nothing is changed.
    ///
    /// [`Database::inspect`](crate::Database::inspect) does the same with a connection of the
    /// pool. A service calls it when it starts, and its CI after the migrations.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use diesel::connection::SimpleConnection;
    /// use tenancy::{Check, catalog};
    ///
    /// # let gear = Gear::new();
    /// # let mut conn = gear.raw();
    /// conn.batch_execute("PRAGMA foreign_keys = ON")?; // as a `Database` has it
    /// conn.batch_execute("CREATE UNIQUE INDEX by_weight ON items (weight)")?;
    /// let catalog = catalog![Customer, Category, Item, Setting, Unit];
    /// let inspection = catalog.inspect(&mut conn)?;
    ///
    /// assert!(inspection.has_errors());
    /// let worst = &inspection.findings()[0];
    /// assert_eq!(worst.check, Check::UniqueKey);
    /// assert_eq!(worst.problem, "the unique key by_weight (weight) is without tenant_id");
    /// conn.batch_execute(worst.mend.as_deref().unwrap())?;
    /// assert!(!catalog.inspect(&mut conn)?.has_errors());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`](crate::Error::Catalog) for a catalog that cannot be guarded,
    /// [`Error::Transaction`](crate::Error::Transaction) on a PostgreSQL connection in a transaction
    /// that was begun by SQL and not by diesel, and
    /// [`Error::Database`](crate::Error::Database) if the schema cannot be read. What is
    /// wrong with the database is no error but a finding.
    ///
    /// # Tenancy
    ///
    /// On PostgreSQL there is a live probe too: in a transaction that is rolled back, the
    /// connection is told a tenant that nobody is, and then none, and each guarded table
    /// must look empty.
    ///
    /// What functions, triggers and views do is known by their words only, as far as they name
    /// the setting `tenancy.tenant_id`: a text that is put together at run time hides it.
    pub fn inspect<C: Inspects>(&self, conn: &mut C) -> Result<Inspection> {
        self.check()?;
        Ok(Inspection::of(conn.look_at(self)?))
    }
}
