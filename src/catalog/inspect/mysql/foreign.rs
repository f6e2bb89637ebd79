//! The foreign keys of all databases of the server, as InnoDB itself has them.
//!
//! `information_schema.key_column_usage` shows an account no table on which it has no right, and
//! no column. What nobody sees, a move would leave behind.

use diesel::result::{Error as Diesel, QueryResult};
use diesel::{MysqlConnection, RunQueryDsl, sql_query};

use super::super::related::Stranger;
use super::super::schema::{ReferenceRow, Schema};
use crate::error::{Error, Result};

/// Those that begin or end at one of the tables. What is not shown to the account is called as InnoDB
/// calls it.
const FOREIGN_KEYS: &str = "
    SELECT coalesce(own.id, replace(f.for_name, '/', '.')) AS of_table, f.id AS id,
        CAST(NULL AS CHAR) AS name,
        coalesce(other.id, replace(f.ref_name, '/', '.')) AS target,
        k.for_col_name AS column_name, k.ref_col_name AS target_column,
        false AS emptied, false AS sets
    FROM information_schema./*M! innodb_sys_foreign *//*!80000 innodb_foreign */ f
    JOIN information_schema./*M! innodb_sys_foreign_cols *//*!80000 innodb_foreign_cols */ k
        ON CAST(k.id AS BINARY) = CAST(f.id AS BINARY)
    LEFT JOIN ({tables}) own ON {own}
    LEFT JOIN ({tables}) other ON {other}
    WHERE own.id IS NOT NULL OR other.id IS NOT NULL
    ORDER BY f.for_name, f.id, k.pos";

/// Each table, and what InnoDB calls it: by the names of its files.
const TABLES: &str = "
    SELECT concat(table_schema, '.', table_name) AS id,
        concat(CONVERT(CAST(CONVERT(table_schema USING filename) AS BINARY) USING utf8mb4), '/',
            CONVERT(CAST(CONVERT(table_name USING filename) AS BINARY) USING utf8mb4)) AS filed
    FROM information_schema.tables WHERE table_schema IN ({schemas})";

pub(super) fn keys(conn: &mut MysqlConnection, schemas: &str) -> Result<Vec<ReferenceRow>> {
    let tables = TABLES.replace("{schemas}", schemas);
    let sql = FOREIGN_KEYS
        .replace("{tables}", &tables)
        .replace("{own}", &is_filed("own", "f.for_name"))
        .replace("{other}", &is_filed("other", "f.ref_name"));
    let keys: QueryResult<Vec<ReferenceRow>> = sql_query(sql).load(conn);
    keys.map_err(|error| match &error {
        Diesel::DatabaseError(_, info) if info.message().contains("PROCESS") => {
            Error::Configuration {
                reason: "to move a row, the operators' account needs PROCESS: without it, it does \
                         not see which tables of the server refer to it"
                    .to_owned(),
            }
        }
        _ => error.into(),
    })
}

/// Some servers do not tell capitals in the names of tables.
fn is_filed(table: &str, name: &str) -> String {
    format!(
        "CASE @@lower_case_table_names WHEN 0 THEN CAST({table}.filed AS BINARY) = CAST({name} AS BINARY) \
         ELSE lower({table}.filed) = lower({name}) END"
    )
}

/// The tables that refer to others, and that nobody has looked at.
pub(super) fn strangers(schema: &Schema, keys: &[(String, String)]) -> Vec<Stranger> {
    let strange = keys.iter().filter(|(name, _)| schema.by_id(name).is_none());
    strange
        .map(|(name, target)| Stranger {
            name: name.clone(),
            target: target.clone(),
        })
        .collect()
}
