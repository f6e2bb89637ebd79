//! Functions that run as their owner: those that the role may call, by whatever is stored, those
//! that fill a materialized view, and those of triggers, which nobody calls.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::finding::{Check, Finding};
use super::Live;
use super::around::{ANOTHER, severity};
use super::doors::Doors;

#[derive(QueryableByName)]
struct Function {
    /// The function, or the relation that has rows of it.
    #[diesel(sql_type = Text)]
    name: String,
    /// As whom it runs.
    #[diesel(sql_type = Text)]
    owner: String,
    /// Whether that role is not bound by the policies that bind this one.
    #[diesel(sql_type = Bool)]
    bypasses: bool,
    /// By what it is reached, if it is not called by its name.
    #[diesel(sql_type = Nullable<Text>)]
    by: Option<String>,
}

/// `part` are the functions that a call runs: itself, or those that an aggregate is made of,
/// which nobody but the aggregate's owner needs the right to. `above` are the views over a call,
/// and tables with a rule that has one, with who keeps its rows on the way.
const REACH: &str = "
    WITH RECURSIVE role AS (
        SELECT oid AS id FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND NOT rolsuper),
    part (call, id) AS (
        SELECT oid, oid FROM pg_proc UNION ALL
        SELECT aggfnoid::oid, f FROM pg_aggregate, unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn,
            aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[]) f),
    rule (of_class, of, id, keeper) AS (
        SELECT d.refclassid, d.refobjid, c.oid, CASE c.relkind WHEN 'm' THEN c.relowner END
        FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
        WHERE d.classid = 'pg_rewrite'::regclass),
    above (call, id, keeper) AS (
        SELECT of, id, keeper FROM rule WHERE of_class = 'pg_proc'::regclass
        UNION SELECT a.call, r.id, coalesce(a.keeper, r.keeper)
        FROM above a JOIN rule r ON r.of = a.id AND r.of_class = 'pg_class'::regclass),
    open (role, call, id, keeper) AS (
        SELECT r.id, a.call, a.id, a.keeper FROM role r CROSS JOIN above a
        JOIN pg_class c ON c.oid = a.id
        WHERE has_schema_privilege(r.id, c.relnamespace, 'USAGE')
            AND (has_table_privilege(r.id, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                OR has_any_column_privilege(r.id, c.oid, 'SELECT, INSERT, UPDATE'))),
    owner AS (
        SELECT o.oid AS id, o.rolname::text AS name, o.rolsuper OR o.rolbypassrls OR EXISTS (
            SELECT FROM pg_class b WHERE b.oid IN ({ids}) AND (
                (NOT b.relforcerowsecurity AND pg_has_role(o.oid, b.relowner, 'USAGE'))
                OR {another})) AS bypasses
        FROM pg_roles o)";

/// Who calls needs the right to call. The right to the schema is asked for where a name is read,
/// and what is stored (a view, an operator, a default, ..) has none to read. A trigger's function
/// cannot be called. The catalog's doors are looked at by themselves. Lower numbers are those of
/// PostgreSQL itself.
const CALLED: &str = "
    SELECT c.oid::regprocedure::text AS name, o.name AS owner, o.bypasses,
        CASE WHEN bool_and(w.id IS NOT NULL)
            THEN string_agg(DISTINCT w.id::regclass::text, ', ') END AS by
    FROM part JOIN pg_proc c ON c.oid = part.call
    JOIN pg_proc p ON p.oid = part.id AND p.prosecdef AND p.oid NOT IN ({doors})
        AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        AND p.oid >= 16384
    JOIN owner o ON o.id = p.proowner AND o.name <> current_user
    JOIN role r ON r.id <> o.id AND has_function_privilege(r.id, c.oid, 'EXECUTE')
    JOIN LATERAL (
        SELECT NULL::oid AS id WHERE has_schema_privilege(r.id, c.pronamespace, 'USAGE')
            OR EXISTS (SELECT FROM pg_depend d
                WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = c.oid
                    AND d.classid NOT IN ('pg_rewrite'::regclass, 'pg_trigger'::regclass))
        UNION ALL SELECT a.id FROM open a
            WHERE a.role = r.id AND a.call = c.oid AND a.keeper IS NULL) w ON true
    GROUP BY c.oid, o.name, o.bypasses ORDER BY 1, 2";

/// What a function gave to whoever filled a materialized view. One that does not run as its owner
/// ran as the view's.
const KEPT: &str = "
    SELECT a.id::regclass::text AS name, o.name AS owner, bool_or(o.bypasses) AS bypasses,
        string_agg(DISTINCT p.oid::regprocedure::text, ', ') AS by
    FROM open a JOIN part ON part.call = a.call JOIN pg_proc p ON p.oid = part.id
    JOIN pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c')
    JOIN owner o ON o.id = CASE WHEN p.prosecdef THEN p.proowner ELSE a.keeper END
    WHERE a.keeper IS NOT NULL AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    GROUP BY a.id, o.name ORDER BY 1, 2";

/// A trigger runs for who has no right to its function. Those on tables of the catalog and on
/// parts of them, and those on what this role may write to.
const TRIGGERS: &str = ",
    ours (id) AS (
        SELECT oid FROM pg_class WHERE oid IN ({declared})
        UNION SELECT i.inhrelid FROM ours JOIN pg_inherits i ON i.inhparent = ours.id)
    SELECT p.oid::regprocedure::text AS name, o.name AS owner, o.bypasses,
        string_agg(format('%s on %s', t.tgname, c.oid::regclass), ', '
            ORDER BY t.tgname, c.relname) AS by
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid AND p.prosecdef
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN owner o ON o.id = p.proowner AND o.name <> current_user AND o.bypasses
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
        AND (c.oid IN (SELECT id FROM ours) OR EXISTS (SELECT FROM role r
            WHERE has_schema_privilege(r.id, c.relnamespace, 'USAGE')
                AND (has_table_privilege(r.id, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                    OR has_any_column_privilege(r.id, c.oid, 'INSERT, UPDATE'))))
    GROUP BY p.oid, o.name, o.bypasses ORDER BY 1";

pub(super) fn check(
    conn: &mut PgConnection,
    live: &Live<'_>,
    doors: &Doors<'_>,
) -> QueryResult<Vec<Finding>> {
    let another = ANOTHER.replace("{doors}", &doors.policies());
    let mut load = |what: &str| -> QueryResult<Vec<Function>> {
        let sql = format!("{REACH}{what}")
            .replace("{ids}", &live.guarded_ids())
            .replace("{another}", &another)
            .replace("{doors}", &doors.functions())
            .replace("{declared}", &live.declared_ids());
        sql_query(sql).load(conn)
    };
    let called = load(CALLED)?;
    let kept = load(KEPT)?;
    let triggers = load(TRIGGERS)?;
    let role = quote(&live.role.name);
    let findings = called.into_iter().map(|function| of_call(function, &role));
    let findings = findings.chain(kept.into_iter().map(|kept| of_rows(kept, &role)));
    Ok(findings
        .chain(triggers.into_iter().map(of_trigger))
        .collect())
}

fn of_call(function: Function, role: &str) -> Finding {
    let Function { name, owner, .. } = function;
    let by = function.by.map(|by| format!(" by {by}"));
    let by = by.unwrap_or_default();
    let problem = format!("a function that runs as {owner}, and this role may call it{by}");
    Finding::new(severity(function.bypasses), Check::DefinerFunction, problem)
        .mended_by(format!(
            "REVOKE EXECUTE ON ROUTINE {name} FROM PUBLIC, {role};"
        ))
        .on(name)
}

fn of_rows(kept: Function, role: &str) -> Finding {
    let Function {
        name, owner, by, ..
    } = kept;
    let by = by.unwrap_or_default();
    let problem = format!("has what {by} saw as {owner}, and this role has rights to it");
    Finding::new(severity(kept.bypasses), Check::MaterializedView, problem)
        .mended_by(format!("REVOKE ALL ON {name} FROM PUBLIC, {role};"))
        .on(name)
}

fn of_trigger(function: Function) -> Finding {
    let Function {
        name, owner, by, ..
    } = function;
    let by = by.unwrap_or_default();
    let problem = format!("a function that runs as {owner}, whoever writes, by the trigger {by}");
    Finding::new(severity(function.bypasses), Check::DefinerFunction, problem)
        .mended_by(format!("ALTER ROUTINE {name} SECURITY INVOKER;"))
        .on(name)
}
