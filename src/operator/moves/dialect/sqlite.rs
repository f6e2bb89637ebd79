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
