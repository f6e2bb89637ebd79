//! Tried out: for a tenant that nobody is, and for none, each guarded table looks empty.

use std::collections::HashMap;

use diesel::connection::{Connection, SimpleConnection};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use uuid::Uuid;

use super::super::super::declared::{Declared, KeyType, Owner, WithoutOwner};
use super::super::super::name::{quote, text};
use super::super::finding::{Check, Finding};
use super::Live;

#[derive(QueryableByName)]
struct Shows {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    shows: bool,
}

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let mut by_key: HashMap<KeyType, Vec<String>> = HashMap::new();
    for (declared, table) in live.guarded() {
        if let Some(key) = key_of(declared) {
            let question = question(live, declared, &live.schema.sql(table));
            by_key.entry(key).or_default().push(question);
        }
    }
    let mut findings = Vec::new();
    for (key, questions) in &by_key {
        for (tenant, who) in [
            (nobodys(*key), "a tenant that nobody is"),
            (String::new(), "no tenant"),
        ] {
            let set = format!("SET LOCAL tenancy.tenant_id = {}", text(&tenant));
            conn.batch_execute(&set)?;
            let shown = ask(conn, questions);
            findings.extend(shown.into_iter().map(|table| {
                Finding::error(Check::Probe, format!("shows rows to {who}")).on(table)
            }));
        }
    }
    Ok(findings)
}

/// The key's type of the tenant that a row belongs to, by its parents if need be.
fn key_of(declared: &Declared) -> Option<KeyType> {
    match &declared.owner {
        Owner::Global => None,
        Owner::Tenant { key, .. } => Some(*key),
        Owner::Parent(parent) => key_of(&parent.declared()),
    }
}

/// A key that no tenant has.
fn nobodys(key: KeyType) -> String {
    match key {
        KeyType::Integer => i32::MAX.to_string(),
        KeyType::BigInt => i64::MAX.to_string(),
        KeyType::Id128 => Uuid::now_v7().to_string(),
        KeyType::Text => format!("nobody-{}", Uuid::now_v7()),
    }
}

/// Whether the table shows a row that nobody may see.
fn question(live: &Live<'_>, declared: &Declared, table: &str) -> String {
    let row = quote(declared.name.table());
    let seen = everybodys(live, declared, &row, 1)
        .map(|condition| format!(" WHERE ({condition}) IS NOT TRUE"))
        .unwrap_or_default();
    let name = text(&declared.name.to_string());
    format!("SELECT {name} AS name, EXISTS (SELECT FROM {table}{seen}) AS shows")
}

/// The condition under which a row is everybody's, if there are such rows.
fn everybodys(live: &Live<'_>, declared: &Declared, row: &str, depth: usize) -> Option<String> {
    match &declared.owner {
        Owner::Tenant {
            column,
            without: WithoutOwner::Shown,
            ..
        } => Some(format!("{row}.{} IS NULL", quote(column))),
        Owner::Global | Owner::Tenant { .. } => None,
        Owner::Parent(parent) => {
            let to = parent.declared();
            let alias = format!("tenancy_{depth}");
            let inner = everybodys(live, &to, &alias, depth + 1)?;
            let from = live
                .schema
                .find(&to.name)
                .map(|table| live.schema.sql(table))?;
            Some(format!(
                "EXISTS (SELECT FROM {from} {alias} WHERE {alias}.{} = {row}.{} AND {inner})",
                quote(to.key().unwrap_or_default()),
                quote(parent.column)
            ))
        }
    }
}

/// The tables that show a row. All are asked at once; where that fails, one by one: a table
/// that cannot be read shows nothing.
fn ask(conn: &mut PgConnection, questions: &[String]) -> Vec<String> {
    let asked = conn.transaction(|conn| answers(conn, &questions.join(" UNION ALL ")));
    if let Ok(shown) = asked {
        return shown;
    }
    let each = questions.iter().flat_map(|question| {
        let asked = conn.transaction(|conn| answers(conn, question));
        asked.unwrap_or_default()
    });
    each.collect()
}

fn answers(conn: &mut PgConnection, sql: &str) -> QueryResult<Vec<String>> {
    let answers: Vec<Shows> = sql_query(sql).load(conn)?;
    let shown = answers.into_iter().filter(|answer| answer.shows);
    Ok(shown.map(|answer| answer.name).collect())
}
