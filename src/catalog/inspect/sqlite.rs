//! SQLite: the schema by its pragmas, how keys compare by trying it, triggers by their text.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::super::declared::{KeyType, Owner};
use super::super::name::quote;
use super::super::{Catalog, Declared};
use super::finding::{Check, Finding};
use super::schema::{Dialect, Schema, Table};
use super::{Inspects, Related, checks, related};
use crate::error::Result;

const TABLES: &str = "
    SELECT name AS id, schema AS in_schema, name,
        CASE type WHEN 'view' THEN 'view' ELSE 'table' END AS kind, 1 AS visible
    FROM pragma_table_list
    WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY name";

/// `INTEGER PRIMARY KEY` is the row's number, which SQLite makes, and never NULL.
const COLUMNS: &str = "
    SELECT t.name AS of_table, c.name, c.type AS type_name,
        c.\"notnull\" = 0 AND NOT (c.pk = 1 AND upper(c.type) = 'INTEGER' AND t.wr = 0 AND alone)
            AS nullable,
        c.dflt_value IS NOT NULL
            OR (c.pk = 1 AND upper(c.type) = 'INTEGER' AND t.wr = 0 AND alone) AS made,
        NULL AS loose
    FROM (SELECT *, 1 = (SELECT count(*) FROM pragma_table_info(l.name) WHERE pk > 0) AS alone
          FROM pragma_table_list l WHERE schema = 'main') t
    JOIN pragma_table_xinfo(t.name) c
    ORDER BY t.name, c.cid";

/// The key that is the row's number has no index of its own. The condition of one is what stands
/// behind the WHERE, and with another WHERE in it it is none that is known here.
const INDEXES: &str = "
    SELECT t.name AS of_table, i.name, i.\"unique\" AS is_unique, i.origin = 'pk' AS is_primary,
        i.origin <> 'c' AS is_constraint, i.partial AS is_partial,
        (SELECT substr(sql, instr(upper(sql), ' WHERE ') + 7) FROM sqlite_schema s
            WHERE i.partial AND s.type = 'index' AND s.name = i.name) AS condition,
        c.name AS column_name, c.seqno
    FROM pragma_table_list t JOIN pragma_index_list(t.name) i JOIN pragma_index_xinfo(i.name) c
    WHERE t.schema = 'main' AND c.key
    UNION ALL
    SELECT t.name, 'primary key', 1, 1, 1, 0, NULL, c.name, 0
    FROM pragma_table_list t JOIN pragma_table_info(t.name) c
    WHERE t.schema = 'main' AND t.type = 'table' AND c.pk > 0
        AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) WHERE origin = 'pk')
    ORDER BY 1, 2, 9";

/// A reference that names no columns is to the primary key.
const REFERENCES: &str = "
    SELECT t.name AS of_table, CAST(f.id AS TEXT) AS id, NULL AS name, f.\"table\" AS target,
        f.\"from\" AS column_name,
        coalesce(f.\"to\",
            (SELECT name FROM pragma_table_info(f.\"table\") WHERE pk = f.seq + 1), '')
            AS target_column,
        f.on_delete LIKE 'SET %' OR f.on_update LIKE 'SET %' AS emptied,
        f.on_delete LIKE 'SET %' OR f.on_update LIKE 'SET %' AS sets
    FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
    WHERE t.schema = 'main' ORDER BY t.name, f.id, f.seq";

const TRIGGERS: &str = "
    SELECT tbl_name AS of_table, name, sql FROM sqlite_schema WHERE type = 'trigger'
    ORDER BY name";

impl Inspects for SqliteConnection {
    fn look_at(&mut self, catalog: &Catalog) -> Result<Vec<Finding>> {
        let mut schema = schema(self)?;
        for (id, column, how) in loose(self, catalog, &schema)? {
            schema.set_loose(&id, &column, how);
        }
        let mut findings = checks::all(catalog, &schema);
        findings.extend(foreign_keys(self)?);
        findings.extend(triggers(self, catalog, &schema)?);
        Ok(findings)
    }

    fn related(&mut self, catalog: &Catalog) -> Result<Related> {
        let schema = schema(self)?;
        related::read(catalog, &schema, Vec::new())
    }
}

fn schema(conn: &mut SqliteConnection) -> QueryResult<Schema> {
    let tables = sql_query(TABLES).load(conn)?;
    let columns = sql_query(COLUMNS).load(conn)?;
    let indexes = sql_query(INDEXES).load(conn)?;
    let references = sql_query(REFERENCES).load(conn)?;
    let read = Schema::of(Dialect::Sqlite, tables);
    Ok(read.with(columns, indexes, references))
}

/// How each text key compares, where it is not to the byte.
fn loose(
    conn: &mut SqliteConnection,
    catalog: &Catalog,
    schema: &Schema,
) -> QueryResult<Vec<(String, String, String)>> {
    let mut found = Vec::new();
    for (declared, table) in schema.declared(catalog) {
        if let Some(column) = text_key(declared)
            && table.column(column).is_some()
            && let Some(how) = compares(conn, table, column)?
        {
            found.push((table.id.clone(), column.to_owned(), how));
        }
    }
    Ok(found)
}

fn text_key(declared: &Declared) -> Option<&'static str> {
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
struct Same {
    #[diesel(sql_type = Bool)]
    without_case: bool,
    #[diesel(sql_type = Bool)]
    without_spaces: bool,
}

/// The collation of a column is told by no pragma. Values that stand under the column in a
/// query are compared as its own.
fn compares(
    conn: &mut SqliteConnection,
    table: &Table,
    column: &str,
) -> QueryResult<Option<String>> {
    let (column, table) = (quote(column), quote(&table.name));
    let sql = format!(
        "WITH tried (v) AS MATERIALIZED \
         (SELECT {column} FROM {table} WHERE 0 UNION ALL SELECT 'a') \
         SELECT v = 'A' AS without_case, v = 'a ' AS without_spaces FROM tried"
    );
    let same: Same = sql_query(sql).get_result(conn)?;
    Ok(match (same.without_case, same.without_spaces) {
        (true, _) => Some("'a' and 'A' are the same".to_owned()),
        (_, true) => Some("'a' and 'a ' are the same".to_owned()),
        (false, false) => None,
    })
}

fn foreign_keys(conn: &mut SqliteConnection) -> QueryResult<Option<Finding>> {
    #[derive(QueryableByName)]
    struct On {
        #[diesel(sql_type = Bool)]
        foreign_keys: bool,
    }
    let on: On = sql_query("SELECT foreign_keys FROM pragma_foreign_keys").get_result(conn)?;
    Ok((!on.foreign_keys).then(|| {
        Finding::error(
            Check::ForeignKeysOff,
            "foreign keys are off on this connection",
        )
        .mended_by("PRAGMA foreign_keys = ON;".to_owned())
    }))
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

fn triggers(
    conn: &mut SqliteConnection,
    catalog: &Catalog,
    schema: &Schema,
) -> QueryResult<Vec<Finding>> {
    let owners: Vec<&str> = schema
        .declared(catalog)
        .filter_map(|(declared, _)| declared.owner_column())
        .collect();
    let triggers: Vec<Trigger> = sql_query(TRIGGERS).load(conn)?;
    let findings = triggers.into_iter().filter_map(|trigger| {
        let owner = owners.iter().find(|owner| sets(&trigger.sql, owner))?;
        let problem = format!("the trigger {} sets {owner}", trigger.name);
        let dropped = format!("DROP TRIGGER {};", quote(&trigger.name));
        Some(
            Finding::warning(Check::Trigger, problem)
                .on(trigger.of_table)
                .mended_by(dropped),
        )
    });
    Ok(findings.collect())
}

/// Whether an UPDATE in the text assigns to the column, as far as words tell.
fn sets(sql: &str, column: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let spaced: String = lower
        .replace(['"', '`', '[', ']'], " ")
        .replace('=', " = ")
        .replace([',', '('], " , ")
        .replace(';', " ; ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let column = column.to_ascii_lowercase();
    let mut assigning = false;
    for pair in words.windows(3) {
        match pair[0] {
            "set" => assigning = true,
            "where" | "from" | ";" => assigning = false,
            _ => {}
        }
        let begins = matches!(pair[0], "set" | ",");
        if assigning && begins && pair[1] == column && matches!(pair[2], "=" | ",") {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::sets;

    #[test]
    fn an_assignment_is_found() {
        let trigger = |body: &str| {
            format!("CREATE TRIGGER t AFTER UPDATE OF tenant_id ON items BEGIN {body}; END")
        };
        for (body, does) in [
            ("UPDATE items SET tenant_id=2 WHERE id = new.id", true),
            ("UPDATE items SET name = 'x', \"Tenant_Id\" = 2", true),
            (
                "UPDATE items SET name = 'x' WHERE tenant_id = new.tenant_id",
                false,
            ),
            ("INSERT INTO log (tenant_id) SELECT new.tenant_id", false),
        ] {
            assert_eq!(sets(&trigger(body), "tenant_id"), does, "{body}");
        }
    }
}
