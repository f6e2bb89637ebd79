//! Functions that have a tenant of their own, and those of the server that read its files.

use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::{quote, text};
use super::super::finding::{Check, Finding};
use super::Live;

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let mut findings = of_tenants(conn)?;
    findings.extend(of_the_server(conn, live)?);
    Ok(findings)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    of: String,
}

/// A trigger's function runs without being called, and an aggregate's without the right to it. What
/// is stored calls a function in whatever schema.
const OF_TENANTS: &str = "
    SELECT p.oid::regprocedure::text AS name, value AS of
    FROM pg_proc p, unnest(p.proconfig) setting,
        substr(setting, length('tenancy.tenant_id=') + 1) value
    WHERE starts_with(lower(setting), 'tenancy.tenant_id=') AND value <> ''
        AND (EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid AND NOT t.tgisinternal)
            OR EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass
                AND d.refobjid = p.oid AND d.classid = 'pg_proc'::regclass)
            OR EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')
                AND has_function_privilege(r.oid, p.oid, 'EXECUTE')))
    ORDER BY 1";

fn of_tenants(conn: &mut PgConnection) -> QueryResult<Vec<Finding>> {
    let functions: Vec<Named> = sql_query(OF_TENANTS).load(conn)?;
    let findings = functions.into_iter().map(|Named { name, of }| {
        let problem = format!("a function that has the tenant {} while it runs", text(&of));
        Finding::error(Check::TenantFunction, problem)
            .mended_by(format!("ALTER ROUTINE {name} RESET tenancy.tenant_id;"))
            .on(name)
    });
    Ok(findings.collect())
}

/// What reads the files of the server, or the values that it keeps of tables: nobody but a
/// superuser has that by itself.
const OF_THE_SERVER: &str = "
    SELECT DISTINCT o.name, o.kind AS of
    FROM (SELECT p.oid AS id, p.oid::regprocedure::text AS name, 'FUNCTION' AS kind
            FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
                AND p.proname IN ('pg_read_file', 'pg_read_binary_file', 'lo_import', 'lo_export')
        UNION ALL
        SELECT c.oid, c.oid::regclass::text, 'TABLE' FROM pg_class c
        WHERE c.relnamespace = 'pg_catalog'::regnamespace
            AND c.relname IN ('pg_statistic', 'pg_statistic_ext_data')) o (id, name, kind)
    JOIN pg_roles r ON pg_has_role(r.oid, 'MEMBER') AND NOT r.rolsuper
    WHERE CASE o.kind WHEN 'FUNCTION' THEN has_function_privilege(r.oid, o.id, 'EXECUTE')
        ELSE has_any_column_privilege(r.oid, o.id, 'SELECT') END
    ORDER BY 1";

fn of_the_server(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let found: Vec<Named> = sql_query(OF_THE_SERVER).load(conn)?;
    let role = &live.role.name;
    let findings = found.into_iter().map(|Named { name, of }| {
        let what = if of == "TABLE" { "read" } else { "call" };
        let problem = format!("the role {role} may {what} it, as only a superuser should");
        Finding::error(Check::Rights, problem)
            .mended_by(format!(
                "REVOKE ALL ON {of} {name} FROM PUBLIC, {};",
                quote(role)
            ))
            .on(name)
    });
    Ok(findings.collect())
}
