//! Rights that row security does not bind, and indexes that it keeps from being used.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::{Declared, Owner};
use super::super::super::name::quote;
use super::super::super::protection::postgres::rights as granted;
use super::super::finding::{Check, Finding};
use super::Live;

#[derive(QueryableByName)]
struct Rights {
    #[diesel(sql_type = Text)]
    id: String,
    /// Those to the whole table.
    #[diesel(sql_type = Text)]
    whole: String,
    /// Whether it may write rows at all.
    #[diesel(sql_type = Bool)]
    writes: bool,
    /// Whether it may change the owner of a row.
    #[diesel(sql_type = Bool)]
    moves: bool,
}

const RIGHTS: &str = "
    SELECT c.oid::text AS id,
        array_to_string(ARRAY(
            SELECT name FROM unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) name
            WHERE has_table_privilege(c.oid, name)
                OR (name = 'REFERENCES' AND has_any_column_privilege(c.oid, name))), ', ') AS whole,
        has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE')
            OR has_any_column_privilege(c.oid, 'INSERT, UPDATE') AS writes,
        coalesce(has_column_privilege(c.oid, a.attnum, 'UPDATE'), false) AS moves
    FROM (VALUES (0::oid, ''), {tables}) t (id, owner)
    JOIN pg_class c ON c.oid = t.id
    LEFT JOIN pg_attribute a ON a.attrelid = t.id AND a.attname = t.owner
    ORDER BY c.relname";

const SCHEMAS: &str = "
    SELECT DISTINCT n.nspname::text AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IN ({ids}) AND has_schema_privilege(n.oid, 'CREATE') ORDER BY 1";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let sql = RIGHTS.replace("{tables}", &live.owners());
    let rights: Vec<Rights> = sql_query(sql).load(conn)?;
    let mut findings = Vec::new();
    for rights in rights {
        if let Some(declared) = live.schema.declaration(live.catalog, &rights.id) {
            findings.extend(of_table(live, declared, &rights));
        }
    }
    let schemas = SCHEMAS.replace("{ids}", &live.declared_ids());
    let schemas: Vec<Named> = sql_query(schemas).load(conn)?;
    findings.extend(
        schemas
            .into_iter()
            .map(|Named { name }| schema(live, &name)),
    );
    Ok(findings)
}

fn of_table(live: &Live<'_>, declared: &Declared, rights: &Rights) -> Vec<Finding> {
    let role = &live.role.name;
    let mut findings = Vec::new();
    if rights.whole.contains("TRUNCATE") {
        let problem = format!("the role {role} has {}", rights.whole);
        findings.push(Finding::error(Check::Rights, problem));
    } else if !rights.whole.is_empty() {
        let problem = format!("the role {role} has {}", rights.whole);
        findings.push(Finding::warning(Check::Rights, problem));
    }
    // A distributed engine itself changes no tenant of a row.
    if rights.moves && !live.catalog.style.distributed {
        let owner = declared.tenant_column().unwrap_or_default();
        let problem = format!("the role {role} may change {owner}, and so whose a row is");
        findings.push(Finding::warning(Check::Rights, problem));
    }
    if rights.writes && matches!(declared.owner, Owner::Global) {
        let problem = format!("the role {role} may write rows that are everybody's");
        findings.push(Finding::warning(Check::GlobalRights, problem));
    }
    let mend = || granted(declared, role, live.catalog.style).up;
    let mended = findings
        .into_iter()
        .map(|found| found.on(&declared.name).mended_by(mend()));
    mended.collect()
}

fn schema(live: &Live<'_>, name: &str) -> Finding {
    let role = &live.role.name;
    let problem = format!("the role {role} may make tables and functions in the schema {name}");
    let revoke = format!(
        "REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {};",
        quote(name),
        quote(role)
    );
    Finding::warning(Check::SchemaRights, problem).mended_by(revoke)
}

/// An operator of the index that is not leak-proof is not put to it before the policy.
const SLOW: &str = "
    SELECT i.indrelid::text AS id, x.relname::text AS name,
        string_agg(DISTINCT coalesce(a.attname::text, 'an expression'), ', ') AS columns
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    CROSS JOIN generate_series(0, i.indnkeyatts - 1) k
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
        AND i.indkey[k] <> 0
    JOIN pg_opclass o ON o.oid = i.indclass[k] JOIN pg_am m ON m.oid = o.opcmethod
    WHERE i.indrelid IN ({ids}) AND (i.indkey[k] = 0 OR EXISTS (
        SELECT FROM pg_amop s JOIN pg_operator p ON p.oid = s.amopopr
        JOIN pg_proc f ON f.oid = p.oprcode
        WHERE s.amopfamily = o.opcfamily AND s.amoppurpose = 's' AND NOT f.proleakproof
            AND s.amoplefttype = o.opcintype
            AND (m.amname NOT IN ('btree', 'hash') OR s.amoprighttype = o.opcintype)))
    GROUP BY i.indrelid, x.relname ORDER BY x.relname";

pub(super) fn slow_indexes(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Slow {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        columns: String,
    }
    let slow: Vec<Slow> = sql_query(SLOW.replace("{ids}", &live.guarded_ids())).load(conn)?;
    let findings = slow.into_iter().filter_map(|Slow { id, name, columns }| {
        let problem = format!("the index {name} is slow under row security, by {columns}");
        let table = live.schema.by_id(&id)?;
        Some(Finding::note(Check::SlowIndex, problem).on(table.shown()))
    });
    Ok(findings.collect())
}
