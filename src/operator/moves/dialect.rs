//! What a move needs of each backend.

use diesel::QueryableByName;
use diesel::query_builder::QueryFragment;
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};

use super::root::Root;
use crate::catalog::Inspects;
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

    /// Refuses an account that does not see what refers to a row.
    #[doc(hidden)]
    fn sees_all(&mut self) -> Result<()> {
        Ok(())
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
    pub(super) table: String,
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

#[cfg(feature = "sqlite")]
mod sqlite {
    //! Foreign keys wait for the commit.

    use diesel::SqliteConnection;
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::catalog::{quote, text};

    impl MovesRows for SqliteConnection {
        const ROWS: &'static str = "VALUES ";

        asks!();

        fn quote(name: &str) -> String {
            quote(name)
        }

        fn key(key: KeyRef<'_>) -> String {
            match key {
                KeyRef::Int(number) => number.to_string(),
                KeyRef::Uuid(id) => format!("X'{}'", id.simple()),
                KeyRef::Text(key) => text(key),
                KeyRef::Everyone => "NULL".to_owned(),
            }
        }

        /// `quote` would end a text at a NUL.
        fn value(column: &str, _: &str) -> String {
            format!(
                "CASE typeof({column}) WHEN 'text' THEN 'CAST(X''' || hex({column}) || ''' AS TEXT)' \
                 ELSE quote({column}) END"
            )
        }

        fn shift(&mut self, shifts: &[Shift]) -> Result<()> {
            // It ends with the transaction.
            self.batch_execute("PRAGMA defer_foreign_keys = ON")?;
            for sql in shifts.iter().flat_map(Shift::statements) {
                self.batch_execute(&sql)?;
            }
            Ok(())
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    //! Foreign keys hold at the end of each statement, which is one for all tables.

    use diesel::PgConnection;
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::catalog::quote;

    impl MovesRows for PgConnection {
        const LOCKS: &'static str = " FOR UPDATE";

        asks!();

        fn quote(name: &str) -> String {
            quote(name)
        }

        fn key(key: KeyRef<'_>) -> String {
            match key {
                KeyRef::Int(number) => number.to_string(),
                KeyRef::Uuid(id) => format!("'{id}'"),
                // A backslash means the same whatever `standard_conforming_strings` says.
                KeyRef::Text(key) => {
                    format!("E'{}'", key.replace('\\', "\\\\").replace('\'', "''"))
                }
                KeyRef::Everyone => "NULL".to_owned(),
            }
        }

        fn value(column: &str, _: &str) -> String {
            format!("quote_literal({column}::text)")
        }

        fn shift(&mut self, shifts: &[Shift]) -> Result<()> {
            let parts = shifts.iter().enumerate().map(|(at, shift)| {
                let within = shift.within.join(" OR ");
                format!("moved_{at} AS ({}({within}))", shift.begin)
            });
            let parts: Vec<String> = parts.collect();
            self.batch_execute(&format!("WITH {} SELECT 1", parts.join(", ")))?;
            Ok(())
        }
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    //! Foreign keys hold for each row at once, and are looked at before instead.

    use diesel::MysqlConnection;
    use diesel::connection::SimpleConnection;
    use diesel::result::Error as Diesel;

    use super::*;
    use crate::catalog::{STAYS, backtick};
    use crate::error::Error;

    /// Whether the account reads all tables of the database, also those that come to be.
    const SEES_ALL: &str = "
        SELECT '' AS moved_key, count(*) > 0 AS is_own FROM (
            SELECT grantee FROM information_schema.user_privileges
            WHERE privilege_type = 'SELECT'
            UNION ALL SELECT grantee FROM information_schema.schema_privileges
            WHERE privilege_type = 'SELECT' AND database() LIKE table_schema) p
        WHERE grantee = concat('''', substring_index(current_user(), '@', 1), '''@''',
            substring_index(current_user(), '@', -1), '''')";

    const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];

    impl MovesRows for MysqlConnection {
        const LOCKS: &'static str = " FOR UPDATE";
        const SHARES: &'static str = " LOCK IN SHARE MODE";

        asks!();

        fn quote(name: &str) -> String {
            backtick(name)
        }

        fn key(key: KeyRef<'_>) -> String {
            match key {
                KeyRef::Int(number) => number.to_string(),
                KeyRef::Uuid(id) => format!("x'{}'", id.simple()),
                KeyRef::Text(key) => {
                    let bytes: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
                    format!("_utf8mb4 x'{bytes}'")
                }
                KeyRef::Everyone => "NULL".to_owned(),
            }
        }

        fn value(column: &str, type_name: &str) -> String {
            let type_name = type_name.to_ascii_lowercase();
            let is = |word: &str| type_name.starts_with(word);
            if INTEGERS.into_iter().any(is) {
                format!("CAST({column} AS CHAR)")
            } else if is("binary") || is("varbinary") || type_name.ends_with("blob") {
                format!("concat('x''', hex({column}), '''')")
            } else {
                let text = format!("convert(CAST({column} AS CHAR) USING utf8mb4)");
                format!("concat('_utf8mb4 x''', hex({text}), '''')")
            }
        }

        fn joined(parts: &[String]) -> String {
            format!("concat({})", parts.join(", "))
        }

        fn sees_all(&mut self) -> Result<()> {
            if self.rows(SEES_ALL)?.iter().all(|row| row.is_own) {
                return Ok(());
            }
            Err(Error::Configuration {
                reason:
                    "to move a row, the operators' account needs SELECT on the whole database: \
                         it sees no foreign key of a table that it may not read"
                        .into(),
            })
        }

        fn shift(&mut self, shifts: &[Shift]) -> Result<()> {
            for shift in shifts {
                for sql in shift.statements() {
                    let sql = format!("/*M! SET STATEMENT foreign_key_checks = 0 FOR */ {sql}");
                    self.batch_execute(&sql)
                        .map_err(|error| kept(shift, error))?;
                }
            }
            Ok(())
        }
    }

    fn kept(shift: &Shift, error: Diesel) -> Error {
        match &error {
            Diesel::DatabaseError(_, info) if info.message() == STAYS => Error::CannotMove {
                table: shift.table.clone(),
                reason: "are kept with their tenant by the catalog's trigger: name the operators' \
                         account to it by `operated_by(..)`, protect the tables again, and let \
                         operators sign in by an `operator_url(..)` as that account"
                    .to_owned(),
            },
            _ => error.into(),
        }
    }
}
