//! SQL of the schema's own that tells the connection a tenant: functions, triggers, views, rules,
//! defaults and checks. As far as words tell: a text that is put together at run time is not seen.

use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::finding::{Check, Finding};
use super::Live;

/// Whether a text sets the tenant. It may read it, as a default does.
pub(in super::super::super) fn sets(text: &str) -> String {
    const NAME: &str = "tenancy ?[.] ?tenant_id";
    let text = format!("regexp_replace({text}, '[\"[:space:]]+', ' ', 'g')");
    format!(
        "({text} ~* '{NAME}' AND {text} ~* \
         '(^|[^[:alnum:]_])(set_config ?[(]|set ((local|session) )?{NAME}|reset ({NAME}|all))')"
    )
}

/// What runs without being asked for by name, and functions that a role may call. A part of a
/// table is one of `ours` too.
const TELLING: &str = "
    WITH RECURSIVE ours (id) AS (
        SELECT oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT i.inhrelid FROM ours JOIN pg_inherits i ON i.inhparent = ours.id),
    role AS (SELECT oid AS id FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')),
    open AS (
        SELECT c.oid AS id FROM pg_class c WHERE c.oid IN (SELECT id FROM ours)
            OR (c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
                AND EXISTS (SELECT FROM role r
                    WHERE has_table_privilege(r.id, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                        OR has_any_column_privilege(r.id, c.oid, 'SELECT, INSERT, UPDATE')))),
    said (name, what, body) AS (
        SELECT p.oid::regprocedure::text, 'the function',
            CASE WHEN p.prosrc = '' THEN pg_get_functiondef(p.oid) ELSE p.prosrc END
        FROM pg_proc p
        WHERE p.oid >= 16384 AND p.prokind <> 'a'
            AND (EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid AND NOT t.tgisinternal)
                OR EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass
                    AND d.refobjid = p.oid AND d.classid = 'pg_proc'::regclass)
                OR EXISTS (SELECT FROM role r WHERE has_function_privilege(r.id, p.oid, 'EXECUTE')))
        UNION ALL
        SELECT w.ev_class::regclass::text, CASE w.rulename WHEN '_RETURN' THEN 'the view'
            ELSE format('the rule %s', w.rulename) END, pg_get_ruledef(w.oid)
        FROM pg_rewrite w WHERE w.ev_class IN (SELECT id FROM open)
        UNION ALL
        SELECT a.adrelid::regclass::text, 'a default', pg_get_expr(a.adbin, a.adrelid)
        FROM pg_attrdef a WHERE a.adrelid IN (SELECT id FROM open)
        UNION ALL
        SELECT k.conrelid::regclass::text, format('the check %s', k.conname),
            pg_get_constraintdef(k.oid)
        FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid IN (SELECT id FROM open)
        UNION ALL
        SELECT t.tgrelid::regclass::text, format('the trigger %s', t.tgname),
            pg_get_triggerdef(t.oid)
        FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid IN (SELECT id FROM open))
    SELECT DISTINCT name, what FROM said WHERE {sets} ORDER BY name, what";

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    what: String,
}

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let sql = TELLING
        .replace("{ids}", &live.declared_ids())
        .replace("{sets}", &sets("body"));
    let said: Vec<Said> = sql_query(sql).load(conn)?;
    let findings = said.into_iter().map(|Said { name, what }| {
        Finding::error(Check::TenantFunction, format!("{what} sets a tenant")).on(name)
    });
    Ok(findings.collect())
}
