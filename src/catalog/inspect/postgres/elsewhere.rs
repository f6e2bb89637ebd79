//! Tables in schemas that neither the search path nor the catalog names, and that the role may
//! read all the same.

use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::{Name, quote, text};
use super::super::checks::tables::tenants;
use super::super::finding::{Check, Finding};
use super::Live;

#[derive(QueryableByName)]
struct Elsewhere {
    /// As SQL names it.
    #[diesel(sql_type = Text)]
    name: String,
    /// The column that tells whose a row is, if it has one.
    #[diesel(sql_type = Nullable<Text>)]
    column_name: Option<String>,
    /// The table itself, without its schema.
    #[diesel(sql_type = Text)]
    table_name: String,
}

/// A part of a table of the catalog is looked at with the whole. Lower numbers are those of
/// PostgreSQL itself.
const ELSEWHERE: &str = "
    WITH RECURSIVE ours (id) AS (
        SELECT oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT i.inhrelid FROM ours JOIN pg_inherits i ON i.inhparent = ours.id),
    seen AS (
        SELECT c.oid::regclass::text AS name, c.relname::text AS table_name,
            (SELECT min(a.attname::text) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND a.attname IN ({columns})) AS column_name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
            AND c.oid >= 16384 AND n.nspname NOT IN ({schemas})
            AND NOT n.nspname = ANY (current_schemas(false))
            AND c.oid NOT IN (SELECT id FROM ours)
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                AND d.objid = c.oid AND d.deptype = 'e')
            AND EXISTS (SELECT FROM pg_roles r
                WHERE pg_has_role(r.oid, 'MEMBER') AND NOT r.rolsuper
                    AND has_schema_privilege(r.oid, n.oid, 'USAGE')
                    AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                        OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))))
    SELECT * FROM seen WHERE column_name IS NOT NULL OR table_name IN ({tables})
    ORDER BY name";

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let catalog = live.catalog;
    let sql = ELSEWHERE
        .replace("{ids}", &live.declared_ids())
        .replace("{columns}", &list(tenants(catalog)))
        .replace(
            "{schemas}",
            &list(catalog.names().filter_map(|name| name.schema())),
        )
        .replace("{tables}", &list(catalog.names().map(Name::table)));
    let found: Vec<Elsewhere> = sql_query(sql).load(conn)?;
    let role = &live.role.name;
    let findings = found.into_iter().map(|table| {
        let which = match table.column_name {
            Some(column) => format!("it has a column {column}"),
            None => format!("it is called {} like one of the catalog", table.table_name),
        };
        let problem =
            format!("no model declares it, the role {role} has rights to it, and {which}");
        Finding::error(Check::UndeclaredTable, problem)
            .mended_by(format!(
                "REVOKE ALL ON {} FROM PUBLIC, {};",
                table.name,
                quote(role)
            ))
            .on(table.name)
    });
    Ok(findings.collect())
}

/// Texts for `IN`.
fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names = names.into_iter();
    names.fold("''".to_owned(), |list, name| {
        format!("{list}, {}", text(name))
    })
}
