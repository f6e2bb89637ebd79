//! Whether row security of the live database stands behind the tables of a catalog.

use diesel::pg::PgConnection;
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Bool, Text};
use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query};

use super::Catalog;
use super::inspect::postgres::policies::widened;
use super::protection::postgres::POLICIES;

/// Why a table, or the role, is not bound by row security. Whatever holds first is told.
const UNCOVERED: &str = "
    SELECT coalesce(d.name, '') AS table, u.reason
    FROM (SELECT bool_or(rolsuper OR rolbypassrls) AS above FROM pg_roles
        WHERE pg_has_role(oid, 'MEMBER')) r
    CROSS JOIN unnest($1, $2) AS d (name, guarded)
    LEFT JOIN pg_class c ON c.oid = to_regclass(d.name)
    CROSS JOIN LATERAL (SELECT CASE
        WHEN r.above THEN 'is not closed to this role, which is above row security, or can become one that is'
        WHEN c.oid IS NULL THEN 'is not there'
        WHEN c.relkind NOT IN ('r', 'p') THEN 'is not a table'
        WHEN pg_has_role(c.relowner, 'MEMBER') THEN 'belongs to this role'
        WHEN NOT d.guarded
            AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            THEN 'is everybody''s, and this role may write to it'
        WHEN NOT d.guarded THEN NULL
        WHEN NOT row_security_active(c.oid) THEN 'has no row security'
        WHEN NOT c.relforcerowsecurity THEN 'does not force its row security'
        WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'can be emptied by this role'
        WHEN NOT EXISTS (SELECT FROM pg_policy p
            WHERE p.polrelid = c.oid AND p.polname = ANY ($3)) THEN 'has no policy'
        WHEN EXISTS (SELECT FROM pg_policy p
            WHERE p.polrelid = c.oid AND p.polpermissive AND NOT p.polname = ANY ($3))
            THEN 'has another permissive policy'
    END) AS u (reason)
    WHERE u.reason IS NOT NULL
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
        let found: Option<Uncovered> = sql_query(UNCOVERED)
            .bind::<Array<Text>, _>(names)
            .bind::<Array<Bool>, _>(guarded)
            .bind::<Array<Text>, _>(POLICIES.to_vec())
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
        let widened = widened(conn, &guarded)?;
        Ok(widened.map(|table| {
            let reason = "has a policy that is not the catalog's";
            (table.name.quoted(), reason.to_owned())
        }))
    }
}
