//! PostgreSQL: in one transaction, by doing it and looking what it changed.

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::super::alone;
use super::super::protection::distributed::ONE_BY_ONE;
use super::super::protection::{Placement, Protection, Step};
use super::super::{Catalog, Name};
use super::{Protects, check_tables, not_done, serving};
use crate::error::{Error, Result};

impl Protects for PgConnection {
    fn protection_of(catalog: &Catalog, serving: &str) -> Result<Protection> {
        catalog.protection(serving)
    }

    fn check_serving(&mut self, catalog: &Catalog, serving: &str) -> Result<()> {
        serving::check(self, catalog, serving)
    }

    fn take(
        &mut self,
        catalog: &Catalog,
        protection: Protection,
        keep: bool,
    ) -> Result<Protection> {
        in_transaction(self, catalog, keep, |conn| take_all(conn, protection, keep))
    }
}

impl Catalog {
    /// Puts the protection of a [`distributed`](Self::distributed) catalog into the database,
    /// in one transaction: the keys, then what `distribute` does, then references, rights and
    /// policies. Returns what it changed, but for what `distribute` did.
    ///
    /// `distribute` is called each time, and must leave alone what is distributed already. When
    /// all tables are, [`protect`](Self::protect) does the same without it.
    ///
    /// ```no_run
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # fn protect(owner: &mut diesel::PgConnection) -> tenancy::Result<()> {
    /// use diesel::connection::SimpleConnection;
    /// use tenancy::catalog;
    ///
    /// let catalog = catalog!(Category, Item, distributed);
    /// catalog.protect_in_phases(owner, "serving", |owner, placements| {
    ///     for placement in placements {
    ///         owner.batch_execute(&placement.to_string())?; // the call for Citus
    ///     }
    ///     Ok(())
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`protect`](Self::protect), and those of `distribute`. Nothing is changed then.
    pub fn protect_in_phases<F>(
        &self,
        conn: &mut PgConnection,
        serving: &str,
        distribute: F,
    ) -> Result<Protection>
    where
        F: FnOnce(&mut PgConnection, &[Placement]) -> QueryResult<()>,
    {
        let phases = self.phases(serving)?;
        serving::check(conn, self, serving)?;
        in_transaction(conn, self, true, |conn| {
            let mut changed = take_all(conn, phases.keys, true)?;
            distribute(conn, &phases.placements)?;
            changed.extend(take_all(conn, phases.guards, true)?);
            Ok(changed)
        })
    }
}

fn in_transaction(
    conn: &mut PgConnection,
    catalog: &Catalog,
    keep: bool,
    work: impl FnOnce(&mut PgConnection) -> Result<Vec<Step>>,
) -> Result<Protection> {
    alone::check(conn)?;
    check_tables(catalog, |name| Ok(is_there(conn, name)?))?;
    let mut looked = None;
    let done = conn.transaction(|conn| {
        if catalog.style.distributed {
            conn.batch_execute(ONE_BY_ONE)?;
        }
        let changed = work(conn)?;
        if keep {
            return Ok(changed);
        }
        looked = Some(changed);
        Err(Error::from(DieselError::RollbackTransaction))
    });
    match (looked, done) {
        (Some(changed), _) | (None, Ok(changed)) => Ok(Protection::of(changed)),
        (None, Err(error)) => Err(error),
    }
}

fn is_there(conn: &mut PgConnection, name: &Name) -> QueryResult<bool> {
    let found = sql_query("SELECT to_regclass($1) IS NOT NULL AS there");
    let found: Exists = found.bind::<Text, _>(name.quoted()).get_result(conn)?;
    Ok(found.there)
}

fn take_all(conn: &mut PgConnection, protection: Protection, keep: bool) -> Result<Vec<Step>> {
    let mut changed = Vec::new();
    for step in protection.steps {
        if takes_effect(conn, &step, keep)? {
            changed.push(step);
        }
    }
    Ok(changed)
}

/// Takes a step, and says whether that changed anything. A key or an index takes long to
/// make, and is only looked for if nothing is to be kept.
fn takes_effect(conn: &mut PgConnection, step: &Step, keep: bool) -> Result<bool> {
    if let Some(done) = &step.done {
        let was_there = has(conn, done)?;
        if let Some(taken) = &step.taken
            && !was_there
            && has(conn, taken)?
        {
            return Err(not_done(step));
        }
        if !was_there && keep {
            conn.batch_execute(&step.up)?;
            if !has(conn, done)? {
                return Err(not_done(step));
            }
        }
        return Ok(!was_there);
    }
    let before = state(conn, step)?;
    conn.batch_execute(&step.up)?;
    Ok(state(conn, step)? != before)
}

fn has(conn: &mut PgConnection, sql: &str) -> QueryResult<bool> {
    let exists: Exists = sql_query(format!("SELECT EXISTS ({sql}) AS there")).get_result(conn)?;
    Ok(exists.there)
}

#[derive(QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    there: bool,
}

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Text)]
    state: String,
}

/// The rights on a table and its sequences, its row security and its door, as one text.
fn state(conn: &mut PgConnection, step: &Step) -> QueryResult<String> {
    let state = sql_query(
        "SELECT concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity, \
         (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(c.relacl) a), \
         (SELECT string_agg(concat(attname, attacl), ' ' ORDER BY attnum) FROM pg_attribute \
          WHERE attrelid = c.oid AND attacl <> '{}'), \
         (SELECT string_agg(concat(s.oid, s.relacl), ' ' ORDER BY s.oid) FROM pg_depend d \
          JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' WHERE d.refobjid = c.oid), \
         (SELECT string_agg(concat_ws('|', policyname, permissive, roles, cmd, qual, with_check), \
          ' ' ORDER BY policyname) FROM pg_policies p \
          WHERE p.schemaname = n.nspname AND p.tablename = c.relname), \
         (SELECT string_agg(concat_ws('|', pg_get_functiondef(p.oid), p.proowner, \
           (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(p.proacl) a)), \
          ' ' ORDER BY p.oid) FROM pg_proc p \
          WHERE p.prokind = 'f' AND p.prorettype = c.reltype \
            AND starts_with(p.proname, 'tenancy_prove_'))) AS state \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid = $1::regclass",
    );
    let state: State = state.bind::<Text, _>(&step.relation).get_result(conn)?;
    Ok(state.state)
}
