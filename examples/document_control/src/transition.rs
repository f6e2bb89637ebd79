//! The change from integers to public ids, and back: migrations in the order of the phases.
//!
//! Migrations are the trusted edge: they see every organization's rows.

#[cfg(not(feature = "mysql"))]
mod backfill;
mod migrations;

use std::error::Error;
use std::ops::ControlFlow;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tenancy::Database;

use crate::Conn;

pub use migrations::take_back;

/// The tables that get a column `uuid`, and their primary keys.
pub const WITH_PUBLIC_ID: [(&str, &str); 14] = [
    ("users", "user_id"),
    ("organizations", "id"),
    ("projects", "id"),
    ("contracts", "id"),
    ("correspondences", "id"),
    ("correspondence_revisions", "id"),
    ("circulations", "id"),
    ("shop_drawings", "id"),
    ("shop_drawing_revisions", "id"),
    ("contract_drawings", "id"),
    ("asbuilt_drawings", "id"),
    ("asbuilt_drawing_revisions", "id"),
    ("attachments", "id"),
    ("notifications", "id"),
];

/// What goes wrong here is for who runs the migration.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Rows of a table that have got their public ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub table: &'static str,
    pub rows: usize,
}

/// Makes the tables as they were before, with numbers only.
///
/// # Errors
///
/// What the database says.
pub fn make_old_tables(db: &Database<Conn>) -> Result<Vec<String>> {
    Ok(db.migrate(migrations::OLD)?)
}

/// Fills them with the rows of two organizations.
///
/// # Errors
///
/// What the database says.
pub fn fill_old_tables(url: &str) -> Result<()> {
    Ok(connect(url)?.batch_execute(include_str!("old_rows.sql"))?)
}

/// The first phase: adds the column, fills it in batches, and then requires it. It may be stopped
/// between two batches, by what `told` gives, and goes on when it is called again. Nothing before
/// its end keeps the old service from running.
///
/// On MariaDB the default of the column fills it, in one step for each table.
///
/// # Errors
///
/// What the database says.
pub fn add_public_ids(
    db: &Database<Conn>,
    url: &str,
    told: impl FnMut(Batch) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    #[cfg(not(feature = "mysql"))]
    {
        db.migrate(migrations::COLUMN)?;
        let flow = backfill::all(&mut connect(url)?, || db.new_id(), told)?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    #[cfg(feature = "mysql")]
    let _ = (url, told);
    db.migrate(migrations::ALL)?;
    Ok(ControlFlow::Continue(()))
}

/// How many rows have a public id, of how many, in all tables.
///
/// # Errors
///
/// What the database says, which is that there is no such column before the first phase.
pub fn count_public_ids(url: &str) -> Result<(i64, i64)> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        with_id: i64,
        #[diesel(sql_type = BigInt)]
        in_all: i64,
    }
    let mut conn = connect(url)?;
    let (mut with_id, mut in_all) = (0, 0);
    for (table, _) in WITH_PUBLIC_ID {
        let sql =
            format!("SELECT count(DISTINCT uuid) AS with_id, count(*) AS in_all FROM {table}");
        let counted: Counted = diesel::sql_query(sql).get_result(&mut conn)?;
        with_id += counted.with_id;
        in_all += counted.in_all;
    }
    Ok((with_id, in_all))
}

fn connect(url: &str) -> Result<Conn> {
    let mut conn = Conn::establish(url)?;
    if cfg!(not(feature = "mysql")) {
        conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON")?;
    }
    Ok(conn)
}
