//! Rules, which write other statements in place of one, or beside it.

use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::finding::{Check, Finding};
use super::Live;

/// Those on a table of the catalog or a part of one, and those on any other table that read or
/// write one of the catalog, or a view over one. What is on a view is told with the view, unless
/// that reads with the rights of who asks: its rules do not.
const RULES: &str = "
    WITH RECURSIVE ours (id) AS (
        SELECT oid FROM pg_class WHERE oid IN ({ids})
        UNION SELECT i.inhrelid FROM ours JOIN pg_inherits i ON i.inhparent = ours.id),
    over (id) AS (
        TABLE ours
        UNION SELECT r.ev_class FROM over JOIN pg_depend d ON d.refobjid = over.id
            AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_type = '1')
    SELECT c.oid::regclass::text AS on_table, r.rulename::text AS name,
        pg_get_userbyid(c.relowner)::text AS owner
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE r.ev_type <> '1' AND r.ev_enabled <> 'D' 
        AND (c.relkind NOT IN ('v', 'm') OR EXISTS (SELECT FROM pg_options_to_table(c.reloptions)
            WHERE option_name = 'security_invoker' AND option_value::boolean))
        AND (c.oid IN (SELECT id FROM ours)
            OR EXISTS (SELECT FROM pg_depend d JOIN over ON over.id = d.refobjid
                    AND over.id <> c.oid
                WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                    AND d.refclassid = 'pg_class'::regclass))
    ORDER BY 1, 2";

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Rule {
        #[diesel(sql_type = Text)]
        on_table: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        owner: String,
    }
    let rules: Vec<Rule> = sql_query(RULES.replace("{ids}", &live.declared_ids())).load(conn)?;
    let findings = rules.into_iter().map(|rule| {
        let Rule {
            on_table,
            name,
            owner,
        } = rule;
        let problem = format!("the rule {name} runs statements of its own as {owner}");
        Finding::error(Check::Rule, problem)
            .mended_by(format!("DROP RULE {} ON {on_table};", quote(&name)))
            .on(on_table)
    });
    Ok(findings.collect())
}
