//! Foreign keys hold for each row at once. They are off while rows go, and looked at before and
//! behind instead.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::result::Error as Diesel;
use diesel::{MysqlConnection, RunQueryDsl, sql_query};

use super::*;
use crate::catalog::{STAYS, backtick, mysql_text as text};
use crate::error::Error;

const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];

impl MovesRows for MysqlConnection {
    const LOCKS: &'static str = " FOR UPDATE";
    const SHARES: &'static str = " LOCK IN SHARE MODE";
    const KEYS_ARE_OFF: bool = true;

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

    fn shift(&mut self, shifts: &[Shift]) -> Result<()> {
        for shift in shifts {
            if shift.is_tied {
                with_keys_off(self, shift)?;
                continue;
            }
            for sql in shift.statements() {
                self.batch_execute(&sql)
                    .map_err(|error| kept(shift, error))?;
            }
        }
        Ok(())
    }
}

/// What a trigger writes meanwhile, no foreign key looks at: so it writes nothing.
fn with_keys_off(conn: &mut MysqlConnection, shift: &Shift) -> Result<()> {
    let leaves_history = is_versioned(conn, &shift.table)?;
    for sql in shift.statements() {
        let before = Written::of(conn)?;
        let moved = sql_query(format!(
            "/*M! SET STATEMENT foreign_key_checks = 0 FOR */ {sql}"
        ))
        .execute(conn)
        .map_err(|error| kept(shift, error))?;
        let own = Written {
            inserted: if leaves_history { moved } else { 0 },
            updated: moved,
            deleted: 0,
        };
        if Written::of(conn)?.is_more_than(&before, &own) {
            let reason = "have a trigger that writes other rows, which no foreign key would look \
                at: let it write none where `@@foreign_key_checks` is 0";
            return Err(cannot(&shift.table, reason));
        }
    }
    Ok(())
}

/// Whether a row that is changed is written once more, as it was.
fn is_versioned(conn: &mut MysqlConnection, table: &Name) -> Result<bool> {
    let schema = table.schema().map_or("database()".to_owned(), text);
    let versioned = conn.rows(&format!(
        "SELECT '' AS moved_key, true AS is_own FROM information_schema.tables \
         WHERE table_schema = {schema} AND table_name = {} AND table_type = 'SYSTEM VERSIONED'",
        text(table.table())
    ))?;
    Ok(!versioned.is_empty())
}

/// How many rows this connection has written, triggers among those who did.
struct Written {
    inserted: usize,
    updated: usize,
    deleted: usize,
}

#[derive(QueryableByName)]
struct Counter {
    #[diesel(sql_type = Text, column_name = "Variable_name")]
    name: String,
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

impl Written {
    fn of(conn: &mut MysqlConnection) -> Result<Self> {
        let counters: Vec<Counter> = sql_query(
            "SHOW SESSION STATUS \
             WHERE Variable_name IN ('Handler_write', 'Handler_update', 'Handler_delete')",
        )
        .load(conn)?;
        let counters: HashMap<String, usize> = counters
            .into_iter()
            .filter_map(|counter| Some((counter.name, counter.value.parse().ok()?)))
            .collect();
        let count = |name: &str| {
            counters.get(name).copied().ok_or_else(|| {
                let reason = format!("the server does not tell `{name}`");
                Error::Configuration { reason }
            })
        };
        Ok(Self {
            inserted: count("Handler_write")?,
            updated: count("Handler_update")?,
            deleted: count("Handler_delete")?,
        })
    }

    fn is_more_than(&self, before: &Self, own: &Self) -> bool {
        self.inserted > before.inserted + own.inserted
            || self.updated > before.updated + own.updated
            || self.deleted > before.deleted + own.deleted
    }
}

fn kept(shift: &Shift, error: Diesel) -> Error {
    match &error {
        Diesel::DatabaseError(_, info) if info.message() == STAYS => cannot(
            &shift.table,
            "are kept with their tenant by the catalog's trigger: name the operators' account to \
             it by `operated_by(..)`, protect the tables again, and let operators sign in by an \
             `operator_url(..)` as that account",
        ),
        _ => error.into(),
    }
}
