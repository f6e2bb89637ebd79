//! MySQL and MariaDB: step by step, since each statement commits.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Bool;
use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::Catalog;
use super::super::protection::{Protection, Step, mysql};
use super::super::refused;
use super::{Protects, check_tables, missing, not_done};
use crate::error::{Error, Result};

impl Protects for MysqlConnection {
    fn protection_of(catalog: &Catalog, serving: &str) -> Result<Protection> {
        catalog.check_undistributed()?;
        Ok(Protection::of(mysql::steps(catalog, serving)))
    }

    fn check_serving(&mut self, catalog: &Catalog, serving: &str) -> Result<()> {
        let account = mysql::Account::of(serving);
        let is_there = has(self, &account.is_there())?;
        match catalog.tables().first() {
            Some(table) if !is_there => Err(refused(
                table,
                &format!(
                    "cannot be given to {}: there is no such account, or who protects may not \
                     see it (SELECT on mysql.*)",
                    account.name
                ),
            )),
            _ => Ok(()),
        }
    }

    fn take(
        &mut self,
        catalog: &Catalog,
        protection: Protection,
        keep: bool,
    ) -> Result<Protection> {
        check_tables(catalog, |name| has(self, &mysql::is_table(name)))?;
        let missing = missing(protection.steps, |sql| has(self, sql))?;
        if keep {
            if let Some(step) = missing.iter().find(|step| step.by_hand) {
                return Err(Error::Catalog {
                    table: step.table.clone(),
                    reason: format!("wants {}: take it back by hand", step.what),
                });
            }
            for (taken, step) in missing.iter().enumerate() {
                let done = take_one(self, step);
                done.map_err(|source| Error::Unfinished {
                    step: step.to_string(),
                    taken,
                    source: Box::new(source),
                })?;
            }
        }
        Ok(Protection::of(missing))
    }
}

fn take_one(conn: &mut MysqlConnection, step: &Step) -> Result<()> {
    conn.batch_execute(&step.up).map_err(Error::of_own_sql)?;
    match &step.done {
        Some(done) if !has(conn, done)? => Err(not_done(step)),
        _ => Ok(()),
    }
}

fn has(conn: &mut MysqlConnection, sql: &str) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Exists {
        #[diesel(sql_type = Bool)]
        there: bool,
    }
    let exists: Exists = sql_query(format!("SELECT EXISTS ({sql}) AS there")).get_result(conn)?;
    Ok(exists.there)
}
