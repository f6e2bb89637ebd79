//! Triggers behind the one that keeps rows with their tenant, for who may see triggers.

use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::Catalog;
use super::super::super::protection::mysql::{behind_keeper, kept};
use super::{Check, Finding};

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    name: String,
}

pub(super) fn all(conn: &mut MysqlConnection, catalog: &Catalog) -> QueryResult<Vec<Finding>> {
    let mut findings = Vec::new();
    for table in catalog.tables() {
        let Some(step) = kept(table, catalog.operators.as_deref()) else {
            continue;
        };
        let behind: Vec<Trigger> = sql_query(behind_keeper(table)).load(conn)?;
        for Trigger { name } in behind {
            let problem = format!(
                "the trigger {name} runs behind the one that keeps a row with its tenant, and may \
                 change it"
            );
            let finding = Finding::warning(Check::Trigger, problem).on(&table.name);
            findings.push(finding.mended_by(step.up.clone()));
        }
    }
    Ok(findings)
}
