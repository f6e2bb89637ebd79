//! Keys and references that a part of a table has by itself: what the whole has is looked at
//! there.

use std::collections::HashSet;

use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::Declared;
use super::super::super::name::quote;
use super::super::checks::{keys, references};
use super::super::finding::Finding;
use super::super::schema::{ForeignKey, Table};
use super::Live;

const PARTS: &str = "
    WITH RECURSIVE part (whole, id) AS (
        SELECT i.inhparent, i.inhrelid FROM pg_inherits i WHERE i.inhparent IN ({ids})
        UNION SELECT p.whole, i.inhrelid FROM part p JOIN pg_inherits i ON i.inhparent = p.id)";

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    whole: String,
    #[diesel(sql_type = Text)]
    id: String,
}

/// An index or a foreign key that is not a part of one of the whole.
#[derive(QueryableByName, PartialEq, Eq, Hash)]
struct Own {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    name: String,
}

const OWN: &str = "
    SELECT p.id::text AS id, x.relname::text AS name
    FROM part p JOIN pg_index i ON i.indrelid = p.id JOIN pg_class x ON x.oid = i.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
    UNION
    SELECT p.id::text, c.conname::text FROM part p JOIN pg_constraint c ON c.conrelid = p.id
    WHERE c.contype = 'f' AND c.conparentid = 0";

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let parts = PARTS.replace("{ids}", &live.declared_ids());
    let sql =
        format!("{parts} SELECT whole::text AS whole, id::text AS id FROM part ORDER BY 1, 2");
    let found: Vec<Part> = sql_query(sql).load(conn)?;
    let own: Vec<Own> = sql_query(format!("{parts} {OWN}")).load(conn)?;
    let own = own.into_iter().collect();
    let findings = found.iter().filter_map(|part| {
        let declared = live.schema.declaration(live.catalog, &part.whole)?;
        let table = live.schema.by_id(&part.id)?;
        // One that the catalog declares too is looked at by itself.
        let is_declared = live.schema.declaration(live.catalog, &part.id).is_some();
        (!is_declared).then(|| of_part(live, declared, table, &own))
    });
    Ok(findings.flatten().collect())
}

fn of_part(
    live: &Live<'_>,
    declared: &Declared,
    table: &Table,
    own: &HashSet<Own>,
) -> Vec<Finding> {
    let is_own = |name: &str| {
        own.contains(&Own {
            id: table.id.clone(),
            name: name.to_owned(),
        })
    };
    let Some(owner) = declared.owner_column() else {
        return Vec::new();
    };
    let unique = table.indexes.iter().filter(|index| index.unique);
    let keys = unique
        .filter(|index| is_own(&index.name))
        .filter_map(|index| keys::unique_key(&live.schema, declared, table, owner, index));
    let leading = table.references.iter();
    let references = leading
        .filter(|key| key.name.as_deref().is_some_and(is_own))
        .flat_map(|key| of_reference(live, declared, table, key));
    let findings = keys.chain(references);
    findings.map(|found| found.on(table.shown())).collect()
}

/// The whole has the references that the catalog wants.
fn of_reference(
    live: &Live<'_>,
    declared: &Declared,
    table: &Table,
    key: &ForeignKey,
) -> Vec<Finding> {
    let schema = &live.schema;
    let mut findings = Vec::new();
    findings.extend(references::emptied(schema, declared, table, key));
    let target = schema.by_id(&key.target);
    let to = schema.declaration(live.catalog, &key.target);
    if let (Some(target), Some(to)) = (target, to) {
        findings.extend(references::crossing(
            schema,
            declared,
            table,
            key,
            (target, to),
        ));
    }
    let name = key.name.as_deref().unwrap_or_default();
    let drop = format!(
        "ALTER TABLE {} DROP CONSTRAINT {};",
        schema.sql(table),
        quote(name)
    );
    let mended = findings
        .into_iter()
        .map(|found| found.mended_by(drop.clone()));
    mended.collect()
}
