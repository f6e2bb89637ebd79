//! What a move needs of each backend.

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! asks {
    () => {
        fn find_root<P: QueryFragment<Self::Backend>>(
            &mut self,
            root: Root<P>,
        ) -> QueryResult<Option<String>> {
            use diesel::{OptionalExtension, RunQueryDsl};
            root.get_result(self).optional()
        }

        fn rows(&mut self, sql: &str) -> QueryResult<Vec<Found>> {
            use diesel::RunQueryDsl;
            diesel::sql_query(sql).load(self)
        }
    };
}

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::QueryableByName;
use diesel::query_builder::QueryFragment;
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};

#[cfg(feature = "mysql")]
use super::cannot;
use super::root::Root;
use crate::catalog::{Inspects, Name};
use crate::error::Result;
use crate::key::KeyRef;
use crate::operator::audit::Audits;

/// The connections on which operators move rows. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "operators cannot move rows through `{Self}`",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait MovesRows: Audits + Inspects {
    /// Behind a query, what locks the rows that it finds.
    #[doc(hidden)]
    const LOCKS: &'static str = "";

    /// Behind a query, what keeps the rows that it finds from being changed, where no foreign
    /// key does.
    #[doc(hidden)]
    const SHARES: &'static str = "";

    /// Whether no foreign key is looked at while rows go, so that somebody else must.
    #[doc(hidden)]
    const KEYS_ARE_OFF: bool = false;

    /// Before a list of rows of several values.
    #[doc(hidden)]
    const ROWS: &'static str = "";

    #[doc(hidden)]
    fn quote(name: &str) -> String;

    /// A tenant's key in SQL.
    #[doc(hidden)]
    fn key(key: KeyRef<'_>) -> String;

    /// SQL that gives the value of a column as a text of SQL.
    #[doc(hidden)]
    fn value(column: &str, type_name: &str) -> String;

    /// SQL that gives these texts one behind the other.
    #[doc(hidden)]
    #[must_use]
    fn joined(parts: &[String]) -> String {
        parts.join(" || ")
    }

    #[doc(hidden)]
    fn find_root<P: QueryFragment<Self::Backend>>(
        &mut self,
        root: Root<P>,
    ) -> QueryResult<Option<String>>;

    #[doc(hidden)]
    fn rows(&mut self, sql: &str) -> QueryResult<Vec<Found>>;

    /// Makes all these changes, so that foreign keys hold when all are made.
    #[doc(hidden)]
    fn shift(&mut self, shifts: &[Shift]) -> Result<()>;
}

/// A row by its key.
#[doc(hidden)]
#[derive(Debug, QueryableByName)]
pub struct Found {
    #[diesel(sql_type = Text)]
    pub(super) moved_key: String,
    #[diesel(sql_type = Bool)]
    pub(super) is_own: bool,
}

/// The change that moves rows of one table: a statement up to the rows, and the rows in parts.
#[doc(hidden)]
#[derive(Debug)]
pub struct Shift {
    #[cfg_attr(not(feature = "mysql"), allow(dead_code))]
    pub(super) table: Name,
    /// Whether a foreign key would refuse the rows as long as those that they refer to are not moved.
    #[cfg_attr(not(feature = "mysql"), allow(dead_code))]
    pub(super) is_tied: bool,
    pub(super) begin: String,
    pub(super) within: Vec<String>,
}

#[cfg(any(feature = "sqlite", feature = "mysql"))]
impl Shift {
    fn statements(&self) -> impl Iterator<Item = String> {
        let parts = self.within.iter();
        parts.map(|within| format!("{}{within}", self.begin))
    }
}
