//! Putting a protection into a live database, and saying before what would change.

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::Catalog;
use super::protection::{Protection, Step};
use crate::error::{Error, Result};

impl Catalog {
    /// What [`protect`](Self::protect) would change in this database, without doing it.
    ///
    /// # Errors
    ///
    /// As [`protect`](Self::protect).
    pub fn pending(&self, conn: &mut PgConnection, serving: &str) -> Result<Protection> {
        self.run(conn, serving, false)
    }

    /// Puts the protection of the tables into the database, in one transaction, and returns
    /// what it changed: nothing, if it was all there.
    ///
    /// The connection is one of the tables' owner, as a migration has it.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] as [`protection`](Self::protection), [`Error::Database`] for a table
    /// that is not there or a role without the right, [`Error::UniqueViolation`] and
    /// [`Error::ForeignKeyViolation`] if there are rows that break a key. Nothing is changed
    /// then.
    pub fn protect(&self, conn: &mut PgConnection, serving: &str) -> Result<Protection> {
        self.run(conn, serving, true)
    }

    fn run(&self, conn: &mut PgConnection, serving: &str, keep: bool) -> Result<Protection> {
        let protection = self.protection(serving)?;
        let mut changed = Vec::new();
        let done = conn.transaction(|conn| {
            for step in protection.steps {
                if takes_effect(conn, &step, keep)? {
                    changed.push(step);
                }
            }
            if keep {
                Ok(())
            } else {
                Err(DieselError::RollbackTransaction)
            }
        });
        match done {
            Ok(()) => {}
            Err(DieselError::RollbackTransaction) if !keep => {}
            Err(error) => return Err(Error::from(error)),
        }
        Ok(Protection { steps: changed })
    }
}

/// Takes a step, and says whether that changed anything. A key or an index takes long to
/// make, and is only looked for if nothing is to be kept.
fn takes_effect(conn: &mut PgConnection, step: &Step, keep: bool) -> QueryResult<bool> {
    if let Some(done) = &step.done {
        let exists: Exists =
            sql_query(format!("SELECT EXISTS ({done}) AS there")).get_result(conn)?;
        if !exists.there && keep {
            conn.batch_execute(&step.up)?;
        }
        return Ok(!exists.there);
    }
    let before = state(conn, step)?;
    conn.batch_execute(&step.up)?;
    Ok(state(conn, step)? != before)
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

/// The rights on a table and its row security, as one text.
fn state(conn: &mut PgConnection, step: &Step) -> QueryResult<String> {
    let state = sql_query(
        "SELECT concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity, \
         (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(c.relacl) a), \
         (SELECT string_agg(concat(attname, attacl), ' ' ORDER BY attnum) FROM pg_attribute \
          WHERE attrelid = c.oid AND attacl <> '{}'), \
         (SELECT string_agg(concat_ws('|', policyname, permissive, roles, cmd, qual, with_check), \
          ' ' ORDER BY policyname) FROM pg_policies p \
          WHERE p.schemaname = n.nspname AND p.tablename = c.relname)) AS state \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid = $1::regclass",
    );
    let state: State = state.bind::<Text, _>(&step.relation).get_result(conn)?;
    Ok(state.state)
}
