//! From tables that are there to what the models say: public ids and owners for the rows of
//! before, in steps that can be stopped and begun again.
//!
//! Three paths begin at a [`Catalog`]: [`add_public_ids`](Catalog::add_public_ids),
//! [`give_to`](Catalog::give_to) and [`reassign`](Catalog::reassign). Each takes a connection of
//! diesel's, as a migration does, and sees the rows of all tenants. What was done before is read
//! from the schema and the rows, and written down nowhere else: so a path that was stopped, or has
//! failed, goes on where it stood when it is called again, and does nothing when all is done. Rows
//! are changed in batches of one transaction each, in the order of their primary keys; no lock is
//! held between two of them. Two runs at the same time do no harm: on PostgreSQL and MariaDB the
//! second is [`Error::Locked`]; on SQLite they go through together.
//!
//! Each path has a preview, which changes nothing, and says what would be done with its SQL.

mod connection;
mod fill;
#[cfg(feature = "mysql")]
mod mysql;
mod owner_key;
mod owners;
mod plan;
#[cfg(feature = "postgres")]
mod postgres;
mod preview;
mod progress;
mod public_ids;
mod reassign;
mod reassignment;
mod run;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use connection::Transitions;
pub use owner_key::OwnerKey;
pub use owners::GiveTo;
pub use preview::{PlannedStep, Preview, State, TablePreview};
pub use progress::Progress;
pub use public_ids::AddPublicIds;
pub use reassign::Reassign;
pub use reassignment::{LeftRows, ReassignedTable, Reassignment};

#[cfg(doc)]
use crate::Catalog;
use connection::Texts;
use plan::{Act, Planned, Wanted};

use diesel::connection::{Connection, TransactionManager};

use crate::error::{Error, Result};

/// How many rows a batch has, if nothing is said.
const ROWS: u32 = 1000;

/// Refuses a connection in a transaction of diesel's.
fn check_depth<C: Connection>(conn: &mut C) -> Result<()> {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    if status.transaction_depth()?.is_none() {
        return Ok(());
    }
    Err(Error::Transaction {
        reason: "the connection is in a transaction: here each batch is one of its own, and is \
                 kept"
            .to_owned(),
    })
}

/// The columns of the model's primary key, as the database has them.
fn keys_among(
    wanted: &Wanted,
    columns: &[Texts],
    is: impl Fn(&str, &str) -> bool,
) -> Result<Vec<(&'static str, String)>> {
    let keys = wanted.table.primary_key.iter();
    keys.map(|key| match columns.iter().find(|row| is(row.get(0), key)) {
        Some(row) => Ok((*key, row.get(1).to_owned())),
        None => Err(wanted.refused(format!("has no column {key}, which is its primary key"))),
    })
    .collect()
}

/// Refuses a column that is there already, and holds something else.
fn check_type(wanted: &Wanted, type_name: &str, fits: bool) -> Result<()> {
    if fits {
        return Ok(());
    }
    let (column, holds) = (
        wanted.column,
        match &wanted.value {
            plan::Value::Ids => "public ids",
            plan::Value::Owner(_) => "keys of tenants",
        },
    );
    Err(wanted.refused(format!(
        "has a column {column} of the type {type_name}, which does not hold {holds}: rename it, or \
         name another one on the model"
    )))
}

fn drop_column<C: Transitions>(wanted: &Wanted) -> Planned {
    let (table, column) = (C::table(&wanted.table), C::quote(wanted.column));
    Planned::alone(
        format!("no column {}", wanted.column),
        format!("ALTER TABLE {table} DROP COLUMN {column}"),
    )
}

/// What the batches do, for people.
fn filling<C: Transitions>(wanted: &Wanted) -> Planned {
    let (what, value) = match wanted.owner() {
        None => ("a new id in each row", ":new_id".to_owned()),
        Some(_) => ("the owner in each row", ":owner".to_owned()),
    };
    let (table, column) = (C::table(&wanted.table), C::quote(wanted.column));
    Planned {
        what: format!("{what} without {}", wanted.column),
        sql: format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"),
        act: Act::Fill,
    }
}

/// Whether a default is a value that is written out, and calls nothing.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn is_constant(default: &str) -> bool {
    let mut outside = default.split('\'').step_by(2);
    !default.is_empty() && outside.all(|part| !part.contains('('))
}
