//! Tables that inherit, but for partitions: keys and references hold for the rows of one table
//! only.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::finding::{Check, Finding};
use super::Live;

/// One step of inheritance, below a table of the catalog or above it.
#[derive(QueryableByName)]
struct Step {
    /// The table of the catalog.
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    child: String,
    /// Whether the child is a partition: one on another server.
    #[diesel(sql_type = Bool)]
    is_partition: bool,
}

const STEPS: &str = "
    WITH RECURSIVE down (whole, parent, child) AS (
        SELECT inhparent, inhparent, inhrelid FROM pg_inherits WHERE inhparent IN ({ids})
        UNION SELECT d.whole, i.inhparent, i.inhrelid
        FROM down d JOIN pg_inherits i ON i.inhparent = d.child),
    up (whole, parent, child) AS (
        SELECT inhrelid, inhparent, inhrelid FROM pg_inherits WHERE inhrelid IN ({ids})
        UNION SELECT u.whole, i.inhparent, i.inhrelid
        FROM up u JOIN pg_inherits i ON i.inhrelid = u.parent)
    SELECT min(s.whole::text) AS id, s.parent::regclass::text AS parent,
        c.oid::regclass::text AS child, c.relispartition AS is_partition
    FROM (TABLE down UNION TABLE up) s JOIN pg_class c ON c.oid = s.child
    WHERE NOT c.relispartition OR c.relkind = 'f'
    GROUP BY s.parent, c.oid, c.relispartition ORDER BY 2, 3";

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let steps: Vec<Step> = sql_query(STEPS.replace("{ids}", &live.declared_ids())).load(conn)?;
    let findings = steps.into_iter().filter_map(|step| {
        let table = live.schema.by_id(&step.id)?;
        Some(of_step(&step).on(table.shown()))
    });
    Ok(findings.collect())
}

fn of_step(step: &Step) -> Finding {
    let Step { parent, child, .. } = step;
    let (problem, mend) = if step.is_partition {
        (
            format!("the partition {child} of {parent} is a foreign table"),
            format!("ALTER TABLE {parent} DETACH PARTITION {child};"),
        )
    } else {
        (
            format!("{child} inherits from {parent}"),
            format!("ALTER TABLE {child} NO INHERIT {parent};"),
        )
    };
    Finding::error(Check::Inheritance, problem).mended_by(mend)
}
