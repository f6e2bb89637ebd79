//! MySQL and MariaDB: step by step, since each statement commits.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Bool;
use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::Catalog;
use super::super::protection::{Protection, mysql};
use super::{Protects, check_tables, missing};
use crate::error::{Error, Result};

impl Protects for MysqlConnection {
    fn protection_of(catalog: &Catalog, serving: &str) -> Result<Protection> {
        catalog.check_undistributed()?;
        Ok(Protection::of(mysql::steps(catalog, serving)))
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
            for (taken, step) in missing.iter().enumerate() {
                self.batch_execute(&step.up)
                    .map_err(|error| Error::Unfinished {
                        step: step.to_string(),
                        taken,
                        source: Box::new(Error::from(error)),
                    })?;
            }
        }
        Ok(Protection::of(missing))
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
