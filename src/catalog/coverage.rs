//! Whether row security of the live database stands behind the tables of a catalog.

use diesel::pg::PgConnection;
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Bool, Text};
use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query};

use super::inspect::postgres::doors::changed;
use super::inspect::postgres::policies::widened;
use super::inspect::postgres::telling::sets;
use super::protection::doors::POLICY;
use super::protection::postgres::POLICIES;
use super::{Catalog, Declared};

/// Why a table, or the role, is not bound by row security. Whatever holds first is told.
///
/// `kin` are the tables between which rows are inherited. `reach` are the roles that SQL can become: by `SET ROLE`, also where their rights are not
/// inherited, and by `RESET ROLE`. `part` are the tables that hold rows of a table or show them,
/// by their own names and under policies of their own.
const UNCOVERED: &str = "
    WITH RECURSIVE reach AS MATERIALIZED (SELECT oid, rolname,
            rolsuper OR rolbypassrls AS above, rolcreaterole OR rolreplication
                OR rolname IN ('pg_read_server_files', 'pg_write_server_files',
                    'pg_execute_server_program') AS around
        FROM pg_roles
        WHERE pg_has_role(oid, 'MEMBER') OR pg_has_role(session_user, oid, 'MEMBER')),
    declared AS (SELECT name, guarded, in_text, proven, to_regclass(name) AS id
        FROM unnest($1, $2, $4, $5) AS d (name, guarded, in_text, proven)),
    down (whole, id) AS (
        SELECT id, id FROM declared WHERE guarded
        UNION SELECT whole, inhrelid FROM down JOIN pg_inherits ON inhparent = down.id),
    up (whole, id) AS (
        SELECT id, id FROM declared WHERE guarded
        UNION SELECT whole, inhparent FROM up JOIN pg_inherits ON inhrelid = up.id),
    part AS (SELECT whole, p.* FROM (TABLE down UNION TABLE up) AS f (whole, id)
        JOIN pg_class p ON p.oid = f.id
        WHERE NOT EXISTS (SELECT FROM declared d WHERE d.guarded AND d.id = f.id)),
    below (whole, id) AS (
        SELECT d.id, inhrelid FROM declared d JOIN pg_inherits ON inhparent = d.id
        UNION SELECT whole, inhrelid FROM below JOIN pg_inherits ON inhparent = below.id),
    kin AS (SELECT d.id AS whole FROM declared d JOIN pg_class c ON c.oid = d.id
            WHERE NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)
        UNION SELECT b.whole FROM below b JOIN pg_class c ON c.oid = b.id
            WHERE NOT c.relispartition OR c.relkind = 'f')
    SELECT coalesce(d.name, '') AS table, u.reason
    FROM (SELECT bool_or(above) AS above, bool_or(around) AS around,
            bool_or(has_database_privilege(oid, current_database(), 'CREATE')) AS makes
        FROM reach) r
    CROSS JOIN declared d
    LEFT JOIN pg_class c ON c.oid = d.id
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (SELECT CASE
        WHEN r.above THEN 'is not closed to this role, which is above row security, or can become one that is'
        WHEN r.around THEN 'is not closed to this role, which can make roles, replicate, or get at files of the server, or can become one that can'
        WHEN c.oid IS NULL THEN 'is not there'
        WHEN c.relkind NOT IN ('r', 'p') THEN 'is not a table'
        WHEN EXISTS (SELECT FROM reach WHERE oid = c.relowner) THEN 'belongs to this role'
        WHEN EXISTS (SELECT FROM reach WHERE oid = n.nspowner
                OR has_schema_privilege(oid, n.oid, 'CREATE'))
            THEN 'is in a schema that this role may change'
        WHEN r.makes THEN 'is in a database in which this role may make schemas'
        WHEN NOT d.guarded AND EXISTS (SELECT FROM reach
            WHERE has_table_privilege(oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                OR has_any_column_privilege(oid, c.oid, 'INSERT, UPDATE'))
            THEN 'is everybody''s, and this role may write to it'
        WHEN NOT d.guarded AND c.oid IN (SELECT whole FROM kin) THEN 'inherits rows, or bequeaths them'
        WHEN EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND {sets}
                AND (t.tgrelid = c.oid OR t.tgrelid IN (SELECT id FROM below WHERE whole = c.oid)))
            THEN 'has a trigger that sets a tenant'
        WHEN NOT d.guarded THEN NULL
        WHEN d.in_text AND current_setting('server_encoding') <> 'UTF8'
            THEN 'has keys of text, and the database keeps text in another encoding than UTF8'
        WHEN NOT row_security_active(c.oid) THEN 'has no row security'
        WHEN NOT c.relforcerowsecurity THEN 'does not force its row security'
        WHEN EXISTS (SELECT FROM reach WHERE has_table_privilege(oid, c.oid, 'TRUNCATE'))
            THEN 'can be emptied by this role'
        WHEN NOT EXISTS (SELECT FROM pg_policy p
            WHERE p.polrelid = c.oid AND p.polname = ANY ($3)) THEN 'has no policy'
        WHEN EXISTS (SELECT FROM pg_policy p
            WHERE p.polrelid = c.oid AND p.polpermissive AND NOT p.polname = ANY ($3)
                AND NOT (d.proven AND p.polname = $6))
            THEN 'has another permissive policy'
        WHEN EXISTS (SELECT FROM part p JOIN reach ON reach.oid = p.relowner
                OR has_table_privilege(reach.oid, p.oid, 'TRUNCATE')
            WHERE p.whole = c.oid) THEN 'has a part that this role may empty or owns'
        WHEN EXISTS (SELECT FROM part p JOIN reach
                ON has_table_privilege(reach.oid, p.oid, 'SELECT, INSERT, UPDATE, DELETE')
                OR has_any_column_privilege(reach.oid, p.oid, 'SELECT, INSERT, UPDATE')
            WHERE p.whole = c.oid AND (NOT p.relrowsecurity OR EXISTS (SELECT FROM pg_policy o
                WHERE o.polrelid = p.oid AND o.polpermissive)))
            THEN 'has a part that is open to this role by its own name'
        WHEN c.oid IN (SELECT whole FROM kin) THEN 'inherits rows, or bequeaths them'
    END) AS u (reason)
    WHERE u.reason IS NOT NULL
    UNION ALL
    SELECT c.oid::regclass::text, 'is guarded too, and not in this catalog'
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.polname = ANY ($3) AND c.oid NOT IN (SELECT id FROM declared WHERE id IS NOT NULL)
        AND c.oid NOT IN (SELECT oid FROM part)
        AND EXISTS (SELECT FROM reach
            WHERE has_table_privilege(reach.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                OR has_any_column_privilege(reach.oid, c.oid, 'SELECT, INSERT, UPDATE'))
    LIMIT 1";

#[derive(QueryableByName)]
struct Uncovered {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    reason: String,
}

impl Catalog {
    /// The first table that row security does not bind this connection's role to, and why.
    pub(crate) fn uncovered(
        &self,
        conn: &mut PgConnection,
    ) -> QueryResult<Option<(String, String)>> {
        let names: Vec<String> = self.names().map(super::Name::quoted).collect();
        let guarded: Vec<bool> = self
            .tables()
            .iter()
            .map(|table| !table.is_global())
            .collect();
        let tables = self.tables().iter();
        let in_text: Vec<bool> = tables.clone().map(Declared::has_text_key).collect();
        let proven: Vec<bool> = tables.map(|table| table.proof.is_some()).collect();
        let sql = UNCOVERED.replace("{sets}", &sets("p.prosrc"));
        let found: Option<Uncovered> = sql_query(sql)
            .bind::<Array<Text>, _>(names)
            .bind::<Array<Bool>, _>(guarded)
            .bind::<Array<Text>, _>(POLICIES.to_vec())
            .bind::<Array<Bool>, _>(in_text)
            .bind::<Array<Bool>, _>(proven)
            .bind::<Text, _>(POLICY)
            .get_result(conn)
            .optional()?;
        if let Some(found) = found {
            return Ok(Some((found.table, found.reason)));
        }
        let guarded: Vec<_> = self
            .tables()
            .iter()
            .filter(|table| !table.is_global())
            .collect();
        let widened = match widened(conn, &guarded)? {
            None => changed(conn, &guarded)?,
            widened => widened,
        };
        Ok(widened.map(|table| {
            let reason = "has a policy that is not the catalog's";
            (table.name.quoted(), reason.to_owned())
        }))
    }
}
