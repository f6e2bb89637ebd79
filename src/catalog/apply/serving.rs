//! Whom PostgreSQL's row security can bind.

use diesel::pg::PgConnection;
use diesel::sql_types::{Array, Bool, Nullable, Text};
use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query};

use super::super::{Catalog, Name, refused};
use crate::error::Result;

#[derive(QueryableByName)]
struct Role {
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    bypasses: bool,
    /// The first table that it owns, or can become the owner of.
    #[diesel(sql_type = Nullable<Text>)]
    owned: Option<String>,
}

const ROLE: &str = "
    SELECT r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
        (SELECT d.name FROM unnest($2) WITH ORDINALITY d (name, place)
            JOIN pg_class c ON c.oid = to_regclass(d.name)
            WHERE pg_has_role(r.oid, c.relowner, 'MEMBER') ORDER BY d.place LIMIT 1) AS owned
    FROM pg_roles r WHERE r.rolname = $1";

pub(super) fn check(conn: &mut PgConnection, catalog: &Catalog, serving: &str) -> Result<()> {
    let Some(first) = catalog.tables().first() else {
        return Ok(());
    };
    let names: Vec<String> = catalog.names().map(Name::quoted).collect();
    let role: Option<Role> = sql_query(ROLE)
        .bind::<Text, _>(serving)
        .bind::<Array<Text>, _>(names)
        .get_result(conn)
        .optional()?;
    let because = |reason: &str| {
        let reason = format!("is to be served by the role `{serving}`, which {reason}");
        Err(refused(first, &reason))
    };
    match role {
        None => because("is not there"),
        Some(role) if role.superuser => because("is a superuser"),
        Some(role) if role.bypasses => because("bypasses row security"),
        Some(Role {
            owned: Some(owned), ..
        }) => {
            let mut tables = catalog.tables().iter();
            let table = tables.find(|table| table.name.quoted() == owned);
            let reason = format!("belongs to the role `{serving}`, or to one that it can become");
            Err(refused(table.unwrap_or(first), &reason))
        }
        Some(_) => Ok(()),
    }
}
