//! MySQL and MariaDB: the schema by `information_schema`, how keys compare by trying it.

mod foreign;
mod rights;
mod triggers;

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::declared::{KeyType, Owner};
use super::super::name::mysql_text as text;
use super::super::{Catalog, Declared};
use super::finding::{Check, Finding};
use super::schema::{Dialect, ReferenceRow, Schema};
use super::{Inspects, Related, checks, related};
use crate::error::Result;

/// The tables of the database in use, and of those that the catalog names.
const TABLES: &str = "
    SELECT concat(table_schema, '.', table_name) AS id, table_schema AS in_schema,
        table_name AS name,
        CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind,
        table_schema = database() AS visible
    FROM information_schema.tables
    WHERE {where} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
    ORDER BY table_schema, table_name";

const COLUMNS: &str = "
    SELECT concat(table_schema, '.', table_name) AS of_table, column_name AS name,
        column_type AS type_name, is_nullable = 'YES' AS nullable,
        coalesce(extra LIKE '%auto_increment%' OR column_default LIKE '%uuid%', false) AS made,
        CAST(NULL AS CHAR) AS loose
    FROM information_schema.columns WHERE {where}
    ORDER BY table_schema, table_name, ordinal_position";

/// A part of a column is not the column, and no query uses an index that is to be ignored.
const INDEXES: &str = "
    SELECT concat(table_schema, '.', table_name) AS of_table, index_name AS name,
        non_unique = 0 AS is_unique, index_name = 'PRIMARY' AS is_primary, false AS is_constraint,
        false /*M!100600 OR ignored = 'YES' */ AS is_partial,
        CAST(NULL AS CHAR) AS `condition`, CASE WHEN sub_part IS NULL THEN column_name END AS column_name
    FROM information_schema.statistics WHERE {where}
    ORDER BY table_schema, table_name, index_name, seq_in_index";

const REFERENCES: &str = "
    SELECT concat(k.table_schema, '.', k.table_name) AS of_table, k.constraint_name AS id,
        k.constraint_name AS name,
        concat(k.referenced_table_schema, '.', k.referenced_table_name) AS target,
        k.column_name AS column_name, k.referenced_column_name AS target_column,
        r.delete_rule LIKE 'SET %' OR r.update_rule LIKE 'SET %' AS emptied,
        r.delete_rule LIKE 'SET %' OR r.update_rule LIKE 'SET %' AS sets
    FROM information_schema.key_column_usage k
    JOIN information_schema.referential_constraints r
        ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
            AND r.table_name = k.table_name
    WHERE {where} AND k.referenced_table_name IS NOT NULL
    ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position";

impl Inspects for MysqlConnection {
    fn look_at(&mut self, catalog: &Catalog) -> Result<Vec<Finding>> {
        let references = REFERENCES.replace("{where}", &format!("k.{}", within(catalog)));
        let references = sql_query(references).load(self)?;
        let mut schema = schema(self, catalog, references)?;
        for (id, column, how) in loose(self, catalog, &schema)? {
            schema.set_loose(&id, &column, how);
        }
        // The engine first: one without foreign keys takes no mended one.
        let mut findings = engines(self, catalog, &schema, &within(catalog))?;
        findings.extend(checks::all(catalog, &schema));
        findings.extend(server(self)?);
        findings.extend(rights::all(self, catalog)?);
        findings.extend(triggers::all(self, catalog)?);
        Ok(findings)
    }

    fn related(&mut self, catalog: &Catalog) -> Result<Related> {
        let keys = foreign::keys(self, &schemas(catalog))?;
        let ends: Vec<(String, String)> = keys
            .iter()
            .map(|key| (key.of_table.clone(), key.target.clone()))
            .collect();
        let schema = schema(self, catalog, keys)?;
        let strangers = foreign::strangers(&schema, &ends);
        related::read(catalog, &schema, strangers)
    }
}

/// The databases that are looked at, for `IN (..)`.
fn schemas(catalog: &Catalog) -> String {
    let schemas = catalog.names().filter_map(|name| name.schema());
    schemas.fold("database()".to_owned(), |list, name| {
        format!("{list}, {}", text(name))
    })
}

fn within(catalog: &Catalog) -> String {
    format!("table_schema IN ({})", schemas(catalog))
}

fn schema(
    conn: &mut MysqlConnection,
    catalog: &Catalog,
    references: Vec<ReferenceRow>,
) -> QueryResult<Schema> {
    let within = within(catalog);
    let of = |sql: &str| sql_query(sql.replace("{where}", &within));
    let tables = of(TABLES).load(conn)?;
    let columns = of(COLUMNS).load(conn)?;
    let indexes = of(INDEXES).load(conn)?;
    let read = Schema::of(Dialect::Mysql, tables);
    Ok(read.with(columns, indexes, references))
}

fn is_of_text(declared: &Declared) -> Option<&'static str> {
    match declared.owner {
        Owner::Tenant {
            column,
            key: KeyType::Text,
            ..
        } => Some(column),
        Owner::Tenant { .. } | Owner::Global | Owner::Parent(_) => None,
    }
}

#[derive(QueryableByName)]
struct Collation {
    #[diesel(sql_type = Nullable<Text>)]
    character_set: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    collation: Option<String>,
}

#[derive(QueryableByName)]
struct Same {
    #[diesel(sql_type = Bool)]
    without_case: bool,
    #[diesel(sql_type = Bool)]
    without_spaces: bool,
}

/// How each text key compares, where it is not to the byte.
fn loose(
    conn: &mut MysqlConnection,
    catalog: &Catalog,
    schema: &Schema,
) -> QueryResult<Vec<(String, String, String)>> {
    let mut found = Vec::new();
    for (declared, table) in schema.declared(catalog) {
        let Some(column) = is_of_text(declared) else {
            continue;
        };
        let sql = format!(
            "SELECT max(character_set_name) AS character_set, max(collation_name) AS collation \
             FROM information_schema.columns \
             WHERE table_schema = {} AND table_name = {} AND column_name = {}",
            text(&table.schema),
            text(&table.name),
            text(column)
        );
        let of: Collation = sql_query(sql).get_result(conn)?;
        // Bytes have none.
        if let (Some(character_set), Some(collation)) = (of.character_set, of.collation)
            && let Some(how) = compares(conn, &character_set, &collation)?
        {
            found.push((
                table.id.clone(),
                column.to_owned(),
                format!("{collation}: {how}"),
            ));
        }
    }
    Ok(found)
}

/// No list of collations is complete: it is tried.
fn compares(
    conn: &mut MysqlConnection,
    character_set: &str,
    collation: &str,
) -> QueryResult<Option<&'static str>> {
    let value = |value| {
        format!(
            "CONVERT({} USING {character_set}) COLLATE {collation}",
            text(value)
        )
    };
    let (small, large, padded) = (value("a"), value("A"), value("a "));
    let sql =
        format!("SELECT {small} = {large} AS without_case, {small} = {padded} AS without_spaces");
    let same: Same = sql_query(sql).get_result(conn)?;
    Ok(match (same.without_case, same.without_spaces) {
        (true, _) => Some("'a' and 'A' are the same"),
        (_, true) => Some("'a' and 'a ' are the same"),
        (false, false) => None,
    })
}

fn engines(
    conn: &mut MysqlConnection,
    catalog: &Catalog,
    schema: &Schema,
    within: &str,
) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Engine {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        engine: String,
    }
    let sql = format!(
        "SELECT concat(table_schema, '.', table_name) AS id, engine \
         FROM information_schema.tables \
         WHERE {within} AND engine IN ('MyISAM', 'Aria', 'MEMORY', 'CSV', 'MRG_MyISAM')"
    );
    let engines: Vec<Engine> = sql_query(sql).load(conn)?;
    let findings = engines.into_iter().filter_map(|Engine { id, engine }| {
        let declared = schema.declaration(catalog, &id)?;
        let table = schema.sql(schema.by_id(&id)?);
        let problem = format!("is kept by the storage engine {engine}");
        Some(
            Finding::error(Check::Engine, problem)
                .on(&declared.name)
                .mended_by(format!("ALTER TABLE {table} ENGINE = InnoDB;")),
        )
    });
    Ok(findings.collect())
}

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    mode: String,
    #[diesel(sql_type = Bool)]
    checks: bool,
}

fn server(conn: &mut MysqlConnection) -> QueryResult<Vec<Finding>> {
    let server: Server = sql_query(
        "SELECT version() AS version, @@SESSION.sql_mode AS mode, \
         @@SESSION.foreign_key_checks = 1 AS checks",
    )
    .get_result(conn)?;
    let mut findings = Vec::new();
    if !server
        .mode
        .split(',')
        .any(|mode| mode.starts_with("STRICT_"))
    {
        let problem = "the mode of this connection is not strict";
        let mend = "SET SESSION sql_mode = CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES');";
        findings.push(Finding::error(Check::LaxMode, problem).mended_by(mend.to_owned()));
    }
    if !server.checks {
        let problem = "foreign keys are off on this connection";
        let mend = "SET SESSION foreign_key_checks = 1;".to_owned();
        findings.push(Finding::error(Check::ForeignKeysOff, problem).mended_by(mend));
    }
    if is_old(&server.version) {
        let problem = format!("the server is {}: use 10.11.5 or later", server.version);
        findings.push(Finding::warning(Check::ServerVersion, problem));
    }
    Ok(findings)
}

/// Before 10.11.5 MariaDB kept a UUIDv7 with its parts swapped, so that ids did not stand in the
/// order of time (its MDEV-29959). MySQL counts its versions otherwise.
fn is_old(version: &str) -> bool {
    let Some((number, _)) = version.split_once("-MariaDB") else {
        return false;
    };
    let mut parts = number.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) < (10, 11, 5)
}

#[cfg(test)]
mod tests {
    use super::is_old;

    #[test]
    fn an_old_server_is_told_by_its_number() {
        for (version, old) in [
            ("10.11.4-MariaDB-log", true),
            ("10.6.18-MariaDB", true),
            ("10.11.5-MariaDB", false),
            ("11.4.2-MariaDB-ubu2404", false),
            ("8.0.36", false),
        ] {
            assert_eq!(is_old(version), old, "{version}");
        }
    }
}
