//! What keeps a table from being distributed, and only PostgreSQL says: small sequences,
//! triggers; and a setting that keeps the tenant from the other nodes.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::finding::{Check, Finding};
use super::Live;

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let mut findings = small_ids(conn, live)?;
    findings.extend(triggers(conn, live)?);
    findings.extend(setting(conn, live)?);
    Ok(findings)
}

#[derive(QueryableByName)]
struct Small {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    sequence: Option<String>,
}

const SMALL: &str = "
    SELECT c.oid::text AS id, a.attname::text AS column_name,
        format_type(a.atttypid, a.atttypmod) AS type_name,
        pg_get_serial_sequence(c.oid::regclass::text, a.attname) AS sequence
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.oid IN ({ids}) AND a.attnum > 0 AND NOT a.attisdropped
        AND a.atttypid IN ('smallint'::regtype, 'integer'::regtype)
        AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
    ORDER BY c.relname, a.attnum";

fn small_ids(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let small: Vec<Small> = sql_query(SMALL.replace("{ids}", &live.declared_ids())).load(conn)?;
    let findings = small.into_iter().filter_map(|small| {
        let table = live.schema.by_id(&small.id)?;
        let Small {
            column_name: column,
            type_name,
            ..
        } = &small;
        let problem = format!("{column} counts by a sequence, and has the type {type_name}");
        let wider = format!(
            "ALTER TABLE {} ALTER COLUMN {} TYPE bigint;",
            live.schema.sql(table),
            quote(column)
        );
        let mend = match &small.sequence {
            Some(sequence) => format!("{wider}\nALTER SEQUENCE {sequence} AS bigint;"),
            None => wider,
        };
        Some(
            Finding::error(Check::DistributedId, problem)
                .on(table.shown())
                .mended_by(mend),
        )
    });
    Ok(findings.collect())
}

fn triggers(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Trigger {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        name: String,
    }
    let sql = format!(
        "SELECT tgrelid::text AS id, tgname::text AS name FROM pg_trigger \
         WHERE NOT tgisinternal AND tgrelid IN ({}) ORDER BY tgname",
        live.declared_ids()
    );
    let triggers: Vec<Trigger> = sql_query(sql).load(conn)?;
    let findings = triggers.into_iter().filter_map(|Trigger { id, name }| {
        let table = live.schema.by_id(&id)?;
        let drop = format!(
            "DROP TRIGGER IF EXISTS {} ON {};",
            quote(&name),
            live.schema.sql(table)
        );
        let problem = format!("has the trigger {name}");
        Some(
            Finding::error(Check::DistributedTrigger, problem)
                .on(table.shown())
                .mended_by(drop),
        )
    });
    Ok(findings.collect())
}

/// Where it is not set, no engine is there that asks for it, but for Citus, which always has it.
fn setting(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Option<Finding>> {
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Bool)]
        is_kept_back: bool,
        #[diesel(sql_type = Text)]
        database: String,
    }
    let setting: Setting = sql_query(
        "SELECT coalesce(current_setting('citus.propagate_set_commands', true) \
         NOT IN ('', 'local'), false) AS is_kept_back, current_database()::text AS database",
    )
    .get_result(conn)?;
    let role = &live.role.name;
    Ok(setting.is_kept_back.then(|| {
        let problem = format!("what the role {role} sets in a transaction stays on this node");
        Finding::error(Check::DistributedSetting, problem).mended_by(format!(
            "ALTER ROLE {} IN DATABASE {} SET citus.propagate_set_commands = 'local';",
            quote(role),
            quote(&setting.database)
        ))
    }))
}
