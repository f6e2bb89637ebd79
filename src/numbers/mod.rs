//! Numbers for people: `u001`, `INV-2026-0001`.
//!
//! People read numbers out on the telephone, and the tax office wants to see that no bill is missing.
//! So each tenant counts for itself, in series that the application declares:
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # fn main() -> tenancy::Result<()> {
//! # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
//! # use gear::*;
//! # let gear = Gear::new();
//! # let (db, keys) = (&gear.db, Keys);
//! use diesel::prelude::*;
//! use tenancy::numbers::{self, Number, Series};
//! use tenancy::prelude::*;
//! use tenancy::series;
//!
//! const INVOICES: Series = series!(gap_free "invoice", "INV-{year}-{number:4}");
//! const CUSTOMERS: Series = series!(gap_tolerant "customer", "u{number:3}").starting_at(100);
//!
//! db.migrate(numbers::MIGRATIONS)?;
//! let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
//! let mut session = db.session(&scope)?;
//!
//! let number = session.transaction::<Number, tenancy::Error, _>(|session| {
//!     let number = INVOICES.next(session)?;
//!     let invoice = categories::name.eq(number.as_str());
//!     Repo::<Category>::new(&scope).insert((invoice,)).execute(session)?;
//!     Ok(number)
//! })?;
//! assert_eq!(number.as_str(), "INV-1970-0001"); // by the clock of this database
//! assert_eq!(CUSTOMERS.next(&mut session)?.to_string(), "u100");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! A [`Number`] is a text to show and to keep in a column: no key of a row. Rows are found by their
//! keys and public ids. Keep it in a column of the table, with a unique key `(tenant_id, number)`.
//!
//! # Formats
//!
//! | in a format | is written as |
//! |---|---|
//! | `{number}` | the number, which stands in each format once |
//! | `{number:4}` | the same, with zeros before it up to 4 digits; behind 9999 comes 10000 |
//! | `{year}` | the year, in 4 digits: with each one the count begins anew |
//! | `{month}` | the month, in 2 digits, beside a year: with each one the count begins anew |
//!
//! The day is the present one in UTC, by the database's [`Clock`](crate::Clock), unless
//! [`Series::on`] says another. [`Series::continuous`] counts on when a year or a month ends.
//! [`series!`](crate::series) checks a format when the program is compiled; for one that is known at
//! run time only, there are [`Series::gap_free`] and [`Series::gap_tolerant`].
//!
//! The name is what the count is kept under: a series with another format, and the same name, goes
//! on. Two series of one name share their count.
//!
//! # What is promised
//!
//! No number is given twice. The count of a tenant is a row of the table `tenancy_numbers`, which
//! one statement makes, or locks and changes.
//!
//! | | `gap_free` | `gap_tolerant` |
//! |---|---|---|
//! | taken | within a transaction; else [`Error::OutsideTransaction`](crate::Error::OutsideTransaction) | anywhere |
//! | when the transaction is rolled back | it comes back, and is given again | the same, if it was taken within |
//! | missing numbers | none | those that were taken before a transaction which was rolled back |
//! | others of the tenant wait | until the transaction ends | for the statement; until the transaction ends, if it was taken within |
//!
//! So take a number that may be missing before the transaction begins. It is kept at once, and
//! nobody waits. Within a transaction a number is certain when that is committed: show it to nobody
//! before. [`Series::next_many`] takes some at once.
//!
//! Whose transaction reads before it takes a number, and is of a level that keeps what it has read as
//! it was, may meet another one that has counted meanwhile. On PostgreSQL from `REPEATABLE READ` on, and
//! on MariaDB with `innodb_snapshot_isolation`, which is the default from 11.6.2 on, it gets
//! [`Error::SerializationFailure`](crate::Error::SerializationFailure), and is run once more from its
//! beginning. There take the number first. On MariaDB the same error comes of a deadlock, where the
//! first numbers of a series are taken at once and one of the transactions is rolled back.
//!
//! # The table
//!
//! [`MIGRATIONS`] makes it, and so do those of the [directory](crate::directory). It serves tenants
//! with keys of any type. The model [`Counter`] belongs into the application's catalog, where
//! [`directory::add_to`](crate::directory::add_to) puts it too: row
//! security then shows each tenant its own counts, and the service's role gets the rights to read and
//! insert them and to change `last_number`. An operator's role needs the same.

mod format;
mod migrations;
mod model;
mod number;
pub mod schema;
pub(crate) mod series;
mod store;

pub use migrations::{MIGRATIONS, NumberMigrations};
pub use model::Counter;
pub use number::Number;
pub use series::Series;
pub use store::Counts;

/// A [`Series`](crate::numbers::Series) of numbers for people: whether numbers may be missing, its name, and
/// its format. A name or a format that there cannot be does not compile.
///
/// ```
/// use tenancy::numbers::Series;
/// use tenancy::series;
///
/// const INVOICES: Series = series!(gap_free "invoice", "INV-{year}-{number:4}");
/// const CUSTOMERS: Series = series!(gap_tolerant "customer", "u{number:3}");
/// ```
///
/// ```compile_fail
/// const INVOICES: tenancy::numbers::Series = tenancy::series!(gap_free "invoice", "INV-{yaer}");
/// # fn main() { let _ = INVOICES; }
/// ```
#[macro_export]
macro_rules! series {
    (gap_free $name:expr, $format:expr $(,)?) => {
        const {
            $crate::__private::declared_series($crate::__private::declare_gap_free($name, $format))
        }
    };
    (gap_tolerant $name:expr, $format:expr $(,)?) => {
        const {
            $crate::__private::declared_series($crate::__private::declare_gap_tolerant(
                $name, $format,
            ))
        }
    };
}
