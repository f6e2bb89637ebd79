//! What a path needs of each backend.

use diesel::backend::Backend;
use diesel::deserialize::{FromSql, QueryableByName};
use diesel::row::NamedRow;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::owner_key::OwnerKey;
use super::plan::{Planned, Seen, Wanted};
use crate::catalog::{Declared, KeyType};
use crate::error::Result;

/// The connections on which a [`Catalog`](crate::Catalog) brings tables that are there to what its
/// models say. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "tables cannot be changed through `{Self}`",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait Transitions: sealed::Sealed {
    /// Behind a query, what locks the rows that it finds.
    #[doc(hidden)]
    const LOCKS: &'static str = "";

    /// The type of texts, in a CAST.
    #[doc(hidden)]
    const TEXT: &'static str = "TEXT";

    /// Whether a column takes values of each type.
    #[doc(hidden)]
    const TAKES_ALL: bool = false;

    /// Refuses a connection in a transaction: each batch is one, and is kept.
    #[doc(hidden)]
    fn check_alone(&mut self) -> Result<()>;

    /// Keeps other runs on this database from beginning, until it is let go: false if there is one.
    /// On SQLite a change of the schema waits for the other one by itself.
    #[doc(hidden)]
    fn hold(&mut self) -> Result<bool> {
        Ok(true)
    }

    #[doc(hidden)]
    fn let_go(&mut self) -> Result<()> {
        Ok(())
    }

    /// What the database has of a table at one moment, without its rows.
    #[doc(hidden)]
    fn see(&mut self, wanted: &Wanted) -> Result<Seen>;

    /// The type of a column, if it is there.
    #[doc(hidden)]
    fn type_of(&mut self, table: &Declared, column: &str) -> Result<Option<String>>;

    /// What is missing, in its order.
    #[doc(hidden)]
    fn steps(wanted: &Wanted, seen: &Seen) -> Vec<Planned>;

    /// What is to be taken back, in its order.
    #[doc(hidden)]
    fn steps_back(wanted: &Wanted, seen: &Seen) -> Vec<Planned>;

    /// The rows of a query of texts, which sees the rows of all tenants, or fails.
    #[doc(hidden)]
    fn ask(&mut self, sql: &str) -> Result<Vec<Texts>>;

    /// Runs SQL by itself.
    #[doc(hidden)]
    fn act(&mut self, sql: &str) -> Result<()>;

    /// In one transaction, which sees the rows of all tenants, or fails.
    #[doc(hidden)]
    fn together<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R>) -> Result<R>;

    #[doc(hidden)]
    fn quote(name: &str) -> String;

    /// The name of a table in SQL.
    #[doc(hidden)]
    #[must_use]
    fn table(table: &Declared) -> String {
        table.name.with(Self::quote)
    }

    /// A value in SQL, for a column of this type.
    #[doc(hidden)]
    fn literal(value: &OwnerKey, type_name: &str) -> String;

    /// A public id in SQL.
    #[doc(hidden)]
    #[must_use]
    fn id(id: Uuid, type_name: &str) -> String {
        Self::literal(&OwnerKey::Uuid(id), type_name)
    }

    /// SQL that gives the value of a column as a text of SQL.
    #[doc(hidden)]
    fn value(column: &str, type_name: &str) -> String;

    /// The condition that a column holds this value, to the byte.
    #[doc(hidden)]
    fn is(column: &str, value: &OwnerKey, key: KeyType) -> String;

    /// The condition that two columns hold the same, to the byte.
    #[doc(hidden)]
    fn same(one: &str, other: &str, key: KeyType) -> String;

    /// SQL that gives a tenant's key in a column as a text for people.
    #[doc(hidden)]
    fn shown(column: &str, type_name: &str) -> String;
}

pub(super) mod sealed {
    //! Only this crate knows how a database is changed.

    /// Seals [`Transitions`](super::Transitions).
    pub trait Sealed {}

    #[cfg(feature = "mysql")]
    impl Sealed for diesel::MysqlConnection {}
    #[cfg(feature = "postgres")]
    impl Sealed for diesel::PgConnection {}
    #[cfg(feature = "sqlite")]
    impl Sealed for diesel::SqliteConnection {}
}

/// A row of texts, whose columns are called `k0`, `k1` and so on.
#[doc(hidden)]
pub struct Texts(pub(super) Vec<String>);

impl Texts {
    pub(super) fn get(&self, at: usize) -> &str {
        self.0.get(at).map_or("", String::as_str)
    }

    pub(super) fn number(&self, at: usize) -> u64 {
        self.get(at).parse().unwrap_or(0)
    }

    /// As each backend writes what is true.
    pub(super) fn is(&self, at: usize) -> bool {
        matches!(self.get(at), "1" | "t" | "true" | "YES")
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.0.len())
    }
}

impl<DB: Backend> QueryableByName<DB> for Texts
where
    String: FromSql<Text, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> diesel::deserialize::Result<Self> {
        let mut texts = Vec::new();
        loop {
            match NamedRow::get::<Text, String>(row, &format!("k{}", texts.len())) {
                Ok(text) => texts.push(text),
                Err(error) if texts.is_empty() => return Err(error),
                Err(_) => return Ok(Self(texts)),
            }
        }
    }
}
