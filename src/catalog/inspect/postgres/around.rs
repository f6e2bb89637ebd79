//! What goes round row security: views and materialized views read with the rights of somebody
//! else, and triggers write behind the statement.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::finding::{Check, Finding, Severity};
use super::Live;
use super::doors::Doors;

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
    /// Whether whoever reads a table through it is not bound by the policies that bind this role.
    #[diesel(sql_type = Bool)]
    bypasses: bool,
}

/// Views over guarded tables, over what they inherit from or what inherits from them, or over such
/// views, to which this role or one that it can become
/// has a right, and that do not read with the rights of who asks. The reader of a table is the
/// owner of the lowest such view over it.
const VIEWS: &str = "
    WITH RECURSIVE down (base, id) AS (
        SELECT oid, oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT d.base, i.inhrelid FROM down d JOIN pg_inherits i ON i.inhparent = d.id),
    up (base, id) AS (
        SELECT oid, oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT u.base, i.inhparent FROM up u JOIN pg_inherits i ON i.inhrelid = u.id),
    step (of, id) AS (
        SELECT d.refobjid, r.ev_class FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
        WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass),
    relation AS (
        SELECT oid AS id, relowner, relkind IN ('v', 'm') AS is_view,
            EXISTS (SELECT FROM pg_options_to_table(reloptions)
                WHERE option_name = 'security_invoker' AND option_value::boolean) AS invoker
        FROM pg_class),
    above (base, id, reader) AS (
        SELECT base, id, NULL::oid FROM (TABLE down UNION TABLE up) rows
        UNION SELECT a.base, s.id,
            coalesce(a.reader, CASE WHEN v.is_view AND NOT v.invoker THEN v.relowner END)
        FROM above a JOIN step s ON s.of = a.id JOIN relation v ON v.id = s.id)
    SELECT v.oid::regclass::text AS name, pg_get_userbyid(v.relowner)::text AS owner,
        v.relkind = 'm' AS is_kept, string_agg(DISTINCT b.relname::text, ', ') AS of,
        bool_or(o.rolsuper OR o.rolbypassrls
            OR (NOT b.relforcerowsecurity AND pg_has_role(o.oid, b.relowner, 'USAGE'))
            OR {another}) AS bypasses
    FROM above JOIN pg_class v ON v.oid = above.id AND v.relkind IN ('v', 'm')
    JOIN relation ON relation.id = v.oid AND NOT relation.invoker
    JOIN pg_class b ON b.oid = above.base JOIN pg_roles o ON o.oid = above.reader
    WHERE EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER') AND NOT r.rolsuper
        AND has_schema_privilege(r.oid, v.relnamespace, 'USAGE')
        AND (has_table_privilege(r.oid, v.oid, 'SELECT, INSERT, UPDATE, DELETE')
            OR has_any_column_privilege(r.oid, v.oid, 'SELECT, INSERT, UPDATE')))
    GROUP BY v.oid, v.relkind, v.relowner
    ORDER BY 1";

/// Whether a role `o` has a policy on the table `b` that this role neither has nor can get.
/// Those that it has are looked at with the table, and those of the catalog's doors show nothing
/// but what was proven.
pub(super) const ANOTHER: &str = "EXISTS (SELECT FROM pg_policy p, unnest(p.polroles) role
    WHERE p.polrelid = b.oid AND p.polpermissive AND role <> 0
        AND pg_has_role(o.oid, role, 'USAGE') AND NOT pg_has_role(role, 'MEMBER')
        AND p.oid NOT IN ({doors}))";

pub(super) fn check(
    conn: &mut PgConnection,
    live: &Live<'_>,
    doors: &Doors<'_>,
) -> QueryResult<Vec<Finding>> {
    let another = ANOTHER.replace("{doors}", &doors.policies());
    let views = VIEWS
        .replace("{ids}", &live.guarded_ids())
        .replace("{another}", &another);
    let views: Vec<View> = sql_query(views).load(conn)?;
    Ok(views.iter().map(|view| of_view(live, view)).collect())
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

/// Whoever the same policies bind sees no more by it than the tenant's rows.
pub(super) fn severity(bypasses: bool) -> Severity {
    if bypasses {
        Severity::Error
    } else {
        Severity::Warning
    }
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
