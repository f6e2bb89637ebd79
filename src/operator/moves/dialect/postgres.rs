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
