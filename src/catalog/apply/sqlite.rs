//! SQLite: in one transaction, and not at all where a table must be made anew.

use diesel::connection::{Connection, SimpleConnection};
use diesel::sql_types::Bool;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::super::Catalog;
use super::super::protection::{Protection, Step, sqlite};
use super::{Protects, check_tables, missing, not_done};
use crate::error::{Error, Result};

impl Protects for SqliteConnection {
    fn protection_of(catalog: &Catalog, _: &str) -> Result<Protection> {
        catalog.check_undistributed()?;
        Ok(Protection::of(sqlite::steps(catalog)))
    }

    fn take(
        &mut self,
        catalog: &Catalog,
        protection: Protection,
        keep: bool,
    ) -> Result<Protection> {
        self.transaction(|conn| {
            check_tables(catalog, |name| conn.has(&sqlite::is_table(name)))?;
            let missing = missing(protection.steps, |sql| conn.has(sql))?;
            if keep {
                for step in &missing {
                    take_one(conn, step)?;
                }
            }
            Ok(Protection::of(missing))
        })
    }
}

trait Has {
    fn has(&mut self, sql: &str) -> Result<bool>;
}

impl Has for SqliteConnection {
    fn has(&mut self, sql: &str) -> Result<bool> {
        #[derive(QueryableByName)]
        struct Exists {
            #[diesel(sql_type = Bool)]
            there: bool,
        }
        let exists: Exists =
            sql_query(format!("SELECT EXISTS ({sql}) AS there")).get_result(self)?;
        Ok(exists.there)
    }
}

fn take_one(conn: &mut SqliteConnection, step: &Step) -> Result<()> {
    if step.by_hand {
        return Err(Error::Catalog {
            table: step.table.clone(),
            reason: format!(
                "has no {}: SQLite adds none to a table that is there, so make it anew",
                step.what
            ),
        });
    }
    conn.batch_execute(&step.up)?;
    match &step.done {
        // IF NOT EXISTS asks for the name only.
        Some(done) if !conn.has(done)? => Err(not_done(step)),
        _ => Ok(()),
    }
}
