//! Row security on each guarded table and each part of one: on, forced, by the catalog's
//! policies.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::Declared;
use super::super::super::name::quote;
use super::super::super::protection::postgres::row_security as protection;
use super::super::finding::{Check, Finding};
use super::super::schema::Table;
use super::{Live, policies};

/// A guarded table, a part of one, or a table that one is a part of and that shows its rows.
#[derive(QueryableByName)]
pub(super) struct Guarded {
    #[diesel(sql_type = Text)]
    pub(super) id: String,
    /// The guarded table whose rows it has; itself if it is that.
    #[diesel(sql_type = Text)]
    whole: String,
    /// As SQL names it.
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Bool)]
    is_on: bool,
    #[diesel(sql_type = Bool)]
    is_forced: bool,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    /// Whether the role, or one that it can become, has a right to rows of it.
    #[diesel(sql_type = Bool)]
    is_open: bool,
    /// Whether such a role may empty it.
    #[diesel(sql_type = Bool)]
    is_emptied: bool,
    /// Whether it belongs to such a role. What belongs to the owner of the whole is told there.
    #[diesel(sql_type = Bool)]
    is_owned: bool,
    /// The owner of the whole.
    #[diesel(sql_type = Text)]
    owner: String,
}

const GUARDED: &str = "
    WITH RECURSIVE guarded (whole, id) AS (
        SELECT oid, oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT g.whole, i.inhrelid FROM guarded g JOIN pg_inherits i ON i.inhparent = g.id),
    above (whole, id) AS (
        SELECT oid, oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT a.whole, i.inhparent FROM above a JOIN pg_inherits i ON i.inhrelid = a.id
            WHERE i.inhparent NOT IN ({ids}))
    SELECT c.oid::text AS id, g.whole::text AS whole, c.oid::regclass::text AS name,
        c.relrowsecurity AS is_on, c.relforcerowsecurity AS is_forced,
        row_security_active(c.oid) AS is_active,
        EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER') AND NOT r.rolsuper
            AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))) AS is_open,
        EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER') AND NOT r.rolsuper
            AND has_table_privilege(r.oid, c.oid, 'TRUNCATE')) AS is_emptied,
        pg_has_role(c.relowner, 'MEMBER') AND c.relowner <> w.relowner AS is_owned,
        pg_get_userbyid(w.relowner)::text AS owner
    FROM (TABLE guarded UNION TABLE above) g JOIN pg_class c ON c.oid = g.id
    JOIN pg_class w ON w.oid = g.whole
    ORDER BY g.whole, c.relname";

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let sql = GUARDED.replace("{ids}", &live.guarded_ids());
    let guarded: Vec<Guarded> = sql_query(sql).load(conn)?;
    let mut findings = unguarded(live);
    let mut open = Vec::new();
    for table in &guarded {
        let Some(declared) = live.schema.declaration(live.catalog, &table.whole) else {
            continue;
        };
        let is_part = table.id != table.whole;
        if is_part && live.role.is_above() {
            continue;
        }
        if is_part {
            findings.extend(rights(live, table));
        }
        if is_part && !table.is_open {
            continue;
        }
        findings.extend(if is_part {
            part(live, table)
        } else {
            whole(live, table, declared)
        });
        if table.is_on {
            open.push((table, declared));
        }
    }
    findings.extend(policies::check(conn, live, &open)?);
    Ok(findings)
}

/// What the catalog itself leaves out.
fn unguarded(live: &Live<'_>) -> Vec<Finding> {
    let declared = live.schema.declared(live.catalog);
    let left_out = declared.filter(|(declared, _)| {
        declared.owner_column().is_some() && !live.catalog.has_row_security(declared)
    });
    left_out
        .map(|(declared, _)| {
            Finding::note(Check::Unguarded, "the catalog wants no row security for it")
                .on(&declared.name)
        })
        .collect()
}

fn whole(live: &Live<'_>, table: &Guarded, declared: &Declared) -> Option<Finding> {
    let finding = if !table.is_on {
        Finding::error(Check::RowSecurityOff, "row security is off")
            .mended_by(protection(declared, &live.role.name, live.catalog.style).up)
    } else if !table.is_forced {
        let force = format!("ALTER TABLE {} FORCE ROW LEVEL SECURITY;", table.name);
        Finding::error(Check::NotForced, "row security is not forced").mended_by(force)
    } else {
        return None;
    };
    Some(finding.on(&declared.name))
}

/// The policies that bind who names the part are its own.
fn part(live: &Live<'_>, table: &Guarded) -> Option<Finding> {
    if table.is_active {
        return None;
    }
    let whole = live.schema.by_id(&table.whole)?.shown();
    let role = quote(&live.role.name);
    let problem =
        format!("has rows of {whole} without row security, and this role has rights to it");
    let revoke = format!("REVOKE ALL ON {} FROM PUBLIC, {role};", table.name);
    Some(
        Finding::error(Check::Partition, problem)
            .on(&table.name)
            .mended_by(revoke),
    )
}

/// What a role has to a part that row security does not bind.
fn rights(live: &Live<'_>, table: &Guarded) -> Vec<Finding> {
    let (name, role) = (&table.name, quote(&live.role.name));
    let whole = live.schema.by_id(&table.whole).map(Table::shown);
    let whole = whole.unwrap_or_default();
    let mut findings = Vec::new();
    if table.is_owned {
        let problem =
            format!("has rows of {whole}, and belongs to this role or one that it can become");
        let owner = quote(&table.owner);
        let mend = format!("ALTER TABLE {name} OWNER TO {owner};");
        findings.push(Finding::error(Check::TableOwner, problem).mended_by(mend));
    } else if table.is_emptied {
        let problem = format!("has rows of {whole}, and this role has TRUNCATE");
        let mend = format!("REVOKE TRUNCATE ON {name} FROM PUBLIC, {role};");
        findings.push(Finding::error(Check::Rights, problem).mended_by(mend));
    }
    findings.into_iter().map(|found| found.on(name)).collect()
}
