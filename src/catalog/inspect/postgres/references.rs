//! Foreign keys that are there, and hold nothing: triggers that are off, rows that nobody looked
//! at, and a setting that keeps every trigger from running.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::super::protection::postgres::{ANEW, IS_OFF};
use super::super::finding::{Check, Finding};
use super::Live;
use super::mends::past_row_security;

#[derive(QueryableByName)]
struct Loose {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// Whether it is on, and was not put to the rows that were there.
    #[diesel(sql_type = Bool)]
    unproven: bool,
    #[diesel(sql_type = Text)]
    definition: String,
}

fn loose_keys() -> String {
    format!(
        "SELECT c.conrelid::text AS id, c.conname::text AS name, NOT {IS_OFF} AS unproven,
            {ANEW} AS definition
        FROM pg_constraint c
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid IN ({{ids}})
            AND (NOT c.convalidated OR {IS_OFF})
        ORDER BY c.conrelid, c.conname"
    )
}

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let sql = loose_keys().replace("{ids}", &live.declared_ids());
    let loose: Vec<Loose> = sql_query(sql).load(conn)?;
    let found = loose.into_iter().filter_map(|key| of_key(live, &key));
    let mut findings: Vec<Finding> = found.map(|found| past_row_security(live, found)).collect();
    findings.extend(replica(conn, live)?);
    findings.extend(may_be_replica(conn, live)?);
    Ok(findings)
}

/// Made anew, it is put to all rows, and its triggers are on. The owner of the table may do
/// that, who may not switch its triggers.
fn of_key(live: &Live<'_>, key: &Loose) -> Option<Finding> {
    let table = live.schema.by_id(&key.id)?;
    let name = &key.name;
    let problem = if key.unproven {
        format!("the foreign key {name} is not valid: rows that were there may break it")
    } else {
        format!("the foreign key {name} is not enforced: its triggers are off")
    };
    let quoted = quote(name);
    let mend = format!(
        "ALTER TABLE {} DROP CONSTRAINT {quoted}, ADD CONSTRAINT {quoted} {};",
        live.schema.sql(table),
        key.definition
    );
    Some(
        Finding::error(Check::LooseForeignKey, problem)
            .on(table.shown())
            .mended_by(mend),
    )
}

/// Where a connection gets the setting from. What no role and no database has, the server has.
const REPLICA: &str = "
    SELECT coalesce((
        SELECT CASE WHEN setrole <> 0 AND setdatabase <> 0
                THEN format('ALTER ROLE %I IN DATABASE %I', current_user, current_database())
            WHEN setrole <> 0 THEN format('ALTER ROLE %I', current_user)
            WHEN setdatabase <> 0 THEN format('ALTER DATABASE %I', current_database())
            ELSE 'ALTER ROLE ALL' END
        FROM pg_db_role_setting, unnest(setconfig) setting
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
            AND setting = 'session_replication_role=replica'
        ORDER BY setrole = 0, setdatabase = 0 LIMIT 1), 'ALTER SYSTEM') AS alters
    WHERE current_setting('session_replication_role') = 'replica'";

fn replica(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Option<Finding>> {
    #[derive(QueryableByName)]
    struct Replica {
        #[diesel(sql_type = Text)]
        alters: String,
    }
    let found: Vec<Replica> = sql_query(REPLICA).load(conn)?;
    Ok(found.into_iter().next().map(|Replica { alters }| {
        let role = &live.role.name;
        let problem =
            format!("session_replication_role is replica for {role}: no foreign key is enforced");
        Finding::error(Check::ForeignKeysOff, problem)
            .mended_by(format!("{alters} RESET session_replication_role;"))
    }))
}

/// Rights to settings are there since version 15.
fn may_be_replica(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Named {
        #[diesel(sql_type = Text)]
        name: String,
    }
    if live.role.version < 150_000 || live.role.is_superuser() {
        return Ok(Vec::new());
    }
    let roles: Vec<Named> = sql_query(
        "SELECT rolname::text AS name FROM pg_roles \
         WHERE pg_has_role(oid, 'MEMBER') AND NOT rolsuper \
         AND has_parameter_privilege(oid, 'session_replication_role', 'SET') ORDER BY rolname",
    )
    .load(conn)?;
    let findings = roles.into_iter().map(|Named { name }| {
        let problem =
            format!("the role {name} may set session_replication_role, which switches them off");
        Finding::error(Check::ForeignKeysOff, problem).mended_by(format!(
            "REVOKE SET ON PARAMETER session_replication_role FROM PUBLIC, {};",
            quote(&name)
        ))
    });
    Ok(findings.collect())
}
