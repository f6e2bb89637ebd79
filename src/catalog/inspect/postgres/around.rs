//! What goes round row security: views, materialized views and functions of their definer read
//! with the rights of somebody else, and triggers write behind the statement.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::finding::{Check, Finding, Severity};
use super::Live;

#[derive(QueryableByName)]
struct View {
    /// As SQL names it.
    #[diesel(sql_type = Text)]
    name: String,
    /// The guarded tables under it.
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    owner: String,
    /// Whether it is a materialized one.
    #[diesel(sql_type = Bool)]
    is_kept: bool,
    /// Whether row security does not bind its owner.
    #[diesel(sql_type = Bool)]
    bypasses: bool,
}

/// Views over guarded tables, or over such views, to which this role has a right, and that do
/// not read with the rights of who asks.
const VIEWS: &str = "
    WITH RECURSIVE step (of, id) AS (
        SELECT inhparent, inhrelid FROM pg_inherits
        UNION
        SELECT d.refobjid, r.ev_class FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
        WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass),
    above (base, id) AS (
        SELECT oid, oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT a.base, s.id FROM above a JOIN step s ON s.of = a.id)
    SELECT v.oid::regclass::text AS name, o.rolname::text AS owner, v.relkind = 'm' AS is_kept,
        string_agg(DISTINCT b.relname::text, ', ') AS of,
        o.rolsuper OR o.rolbypassrls
            OR bool_or(NOT b.relforcerowsecurity AND pg_has_role(o.oid, b.relowner, 'USAGE'))
            AS bypasses
    FROM above JOIN pg_class v ON v.oid = above.id AND v.relkind IN ('v', 'm')
    JOIN pg_class b ON b.oid = above.base JOIN pg_roles o ON o.oid = v.relowner
    WHERE has_schema_privilege(v.relnamespace, 'USAGE')
        AND (has_table_privilege(v.oid, 'SELECT, INSERT, UPDATE, DELETE')
            OR has_any_column_privilege(v.oid, 'SELECT, INSERT, UPDATE'))
        AND NOT EXISTS (SELECT FROM pg_options_to_table(v.reloptions)
            WHERE option_name = 'security_invoker' AND option_value::boolean)
    GROUP BY v.oid, v.relkind, o.oid, o.rolname, o.rolsuper, o.rolbypassrls
    ORDER BY 1";

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let views = VIEWS.replace("{ids}", &live.guarded_ids());
    let views: Vec<View> = sql_query(views).load(conn)?;
    let mut findings: Vec<Finding> = views.iter().map(|view| of_view(live, view)).collect();
    findings.extend(functions(conn, live)?);
    Ok(findings)
}

fn of_view(live: &Live<'_>, view: &View) -> Finding {
    let View {
        name, of, owner, ..
    } = view;
    let role = quote(&live.role.name);
    let revoke = format!("REVOKE ALL ON {name} FROM PUBLIC, {role};");
    let finding = if view.is_kept {
        let problem = format!("a materialized view over {of}, and this role has rights to it");
        Finding::error(Check::MaterializedView, problem).mended_by(revoke)
    } else {
        let problem = format!("a view over {of} that reads as {owner}");
        let since_15 = live.role.version >= 150_000;
        let invoker = format!("ALTER VIEW {name} SET (security_invoker = true);");
        Finding::new(severity(view.bypasses), Check::View, problem).mended_by(if since_15 {
            invoker
        } else {
            revoke
        })
    };
    finding.on(name)
}

/// Whoever row security binds sees no more by it than the policies say, for another role.
fn severity(bypasses: bool) -> Severity {
    if bypasses {
        Severity::Error
    } else {
        Severity::Warning
    }
}

#[derive(QueryableByName)]
struct Function {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Bool)]
    bypasses: bool,
}

/// A trigger's function cannot be called.
const FUNCTIONS: &str = "
    SELECT p.oid::regprocedure::text AS name, o.rolname::text AS owner,
        o.rolsuper OR o.rolbypassrls OR EXISTS (
            SELECT FROM pg_class b WHERE b.oid IN ({ids}) AND NOT b.relforcerowsecurity
                AND pg_has_role(o.oid, b.relowner, 'USAGE')) AS bypasses
    FROM pg_proc p JOIN pg_roles o ON o.oid = p.proowner
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        AND o.rolname <> current_user
        AND has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE')
    ORDER BY 1";

fn functions(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let sql = FUNCTIONS.replace("{ids}", &live.guarded_ids());
    let functions: Vec<Function> = sql_query(sql).load(conn)?;
    let role = quote(&live.role.name);
    let findings = functions.into_iter().map(|function| {
        let Function {
            name,
            owner,
            bypasses,
        } = function;
        let problem = format!("a function that runs as {owner}, and this role may call it");
        Finding::new(severity(bypasses), Check::DefinerFunction, problem)
            .mended_by(format!(
                "REVOKE EXECUTE ON ROUTINE {name} FROM PUBLIC, {role};"
            ))
            .on(name)
    });
    Ok(findings.collect())
}

/// Triggers whose function assigns to the tenant's column of the new row, as far as words tell.
const TRIGGERS: &str = "
    SELECT t.tgrelid::text AS id, t.tgname::text AS name, d.owner
    FROM (VALUES (0::oid, ''), {tables}) d (id, owner)
    JOIN pg_trigger t ON t.tgrelid = d.id AND NOT t.tgisinternal AND d.owner <> ''
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.prosrc ~* concat('\\mnew\\s*\\.\\s*\"?', d.owner, '\"?\\s*:?=')
    ORDER BY t.tgname";

pub(super) fn triggers(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Trigger {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        owner: String,
    }
    let sql = TRIGGERS.replace("{tables}", &live.owners());
    let triggers: Vec<Trigger> = sql_query(sql).load(conn)?;
    let findings = triggers
        .into_iter()
        .filter_map(|Trigger { id, name, owner }| {
            let table = live.schema.by_id(&id)?;
            let problem = format!("the trigger {name} sets {owner}");
            let drop = format!(
                "DROP TRIGGER IF EXISTS {} ON {};",
                quote(&name),
                live.schema.sql(table)
            );
            Some(
                Finding::warning(Check::Trigger, problem)
                    .on(table.shown())
                    .mended_by(drop),
            )
        });
    Ok(findings.collect())
}
