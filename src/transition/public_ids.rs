//! Public ids for the rows that are there.

use std::fmt;
use std::ops::ControlFlow;

use super::fill::Filling;
use super::plan::{Value, Wanted};
use super::preview::Preview;
use super::progress::Progress;
use super::run::{self, Direction};
use super::{ROWS, Transitions};
use crate::catalog::{Catalog, Declared, Key, KeyType};
use crate::clock::{Clock, SystemClock};
use crate::error::Result;
use crate::id::{IdSource, UuidV7};

/// Adds the column of the public id to each table whose model names one, gives an id to each row,
/// and makes it unique and required. From [`Catalog::add_public_ids`].
///
/// The steps of a table are these, and what is there already is left as it is:
///
/// | | PostgreSQL | MariaDB, MySQL | SQLite |
/// |---|---|---|---|
/// | the column | `uuid` | `UUID`, on MySQL `BINARY(16)` | `BLOB` |
/// | rows that others insert | a default, version 4 | the same | a trigger, version 4 |
/// | rows that are there | version 7, in batches | the same | the same |
/// | required | NOT NULL, by way of a check | NOT NULL | a trigger that refuses NULL |
/// | index | unique, made beside writes | unique | unique |
/// | a table with partitions | a plain index, not beside writes | a plain index | |
///
/// The default and the triggers stay, so that a service which knows nothing of the column goes on.
/// On PostgreSQL `lock_timeout` is the caller's to set.
#[must_use]
pub struct AddPublicIds<'a> {
    catalog: &'a Catalog,
    clock: Box<dyn Clock>,
    ids: Box<dyn IdSource>,
    rows: u32,
}

impl fmt::Debug for AddPublicIds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddPublicIds").finish_non_exhaustive()
    }
}

impl Catalog {
    /// The path from tables with integers to tables with public ids: see
    /// [`AddPublicIds`](crate::transition::AddPublicIds). Nothing is done yet.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # mod shelf { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shelf/mod.rs")); }
    /// # use shelf::*;
    /// use std::ops::ControlFlow;
    ///
    /// use diesel::connection::SimpleConnection;
    /// use tenancy::catalog;
    ///
    /// # let shelf = Shelf::new();
    /// # let mut conn = shelf.raw();
    /// # conn.batch_execute("CREATE TABLE old (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL,
    /// #     name TEXT NOT NULL); INSERT INTO old SELECT id, tenant_id, name FROM authors;
    /// #     DROP TABLE covers; DROP TABLE marks; DROP TABLE books; DROP TABLE authors; ALTER TABLE old RENAME TO authors")?;
    /// let catalog = catalog![Author]; // the table has no column `uuid` yet
    /// let path = catalog.add_public_ids().batches_of(500);
    /// println!("{}", path.preview(&mut conn)?);
    ///
    /// let finished = path.run(&mut conn, |progress| {
    ///     println!("{progress}");
    ///     ControlFlow::Continue(()) // `Break(())` stops here, and the next run goes on
    /// })?;
    /// assert!(finished.is_continue());
    /// assert!(path.preview(&mut conn)?.is_done());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    pub fn add_public_ids(&self) -> AddPublicIds<'_> {
        AddPublicIds {
            catalog: self,
            clock: Box::new(SystemClock),
            ids: Box::new(UuidV7::default()),
            rows: ROWS,
        }
    }
}

impl AddPublicIds<'_> {
    /// How many rows a batch has: 1000, if nothing is said. At least one.
    pub fn batches_of(mut self, rows: u32) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// Where the time of the ids comes from. The machine's clock by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Where the ids come from. [`UuidV7`] by default.
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Box::new(ids);
        self
    }

    /// What [`run`](Self::run) would do, table by table. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), before it changes anything.
    pub fn preview<C: Transitions>(&self, conn: &mut C) -> Result<Preview> {
        run::preview(conn, &self.tables()?, Direction::On)
    }

    /// Does what is left to do, and tells the closure of each step and each batch. When that gives
    /// `Break`, it stops, which is what it returns; the next run goes on from there.
    ///
    /// # Errors
    ///
    /// Before anything is changed: [`Error::Catalog`](crate::Error::Catalog) for a table that is
    /// not there, without its primary key, or with a column of that name and another type; on
    /// PostgreSQL for one whose row security hides rows from this role, too.
    /// [`Error::Transaction`](crate::Error::Transaction) for a connection in a transaction;
    /// [`Error::Configuration`](crate::Error::Configuration) on MySQL and MariaDB if its mode is
    /// not strict; [`Error::Locked`](crate::Error::Locked) while another run is at this database.
    ///
    /// Later: [`Error::Unfinished`](crate::Error::Unfinished), which says at which step and why.
    ///
    /// # Tenancy
    ///
    /// It reads and writes the rows of all tenants.
    pub fn run<C: Transitions>(
        &self,
        conn: &mut C,
        told: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        run::run(conn, &self.tables()?, Direction::On, self.filling(), told)
    }

    /// What [`roll_back`](Self::roll_back) would do. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`roll_back`](Self::roll_back), before it changes anything.
    pub fn preview_of_roll_back<C: Transitions>(&self, conn: &mut C) -> Result<Preview> {
        run::preview(conn, &self.tables()?, Direction::Back)
    }

    /// Takes the columns away, with their indexes and triggers; it can be stopped and begun again,
    /// too. The ids are gone then: what was given out leads nowhere, also if the column comes back.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run). SQLite takes no column away that a constraint of the table, or an
    /// index of more columns, has in it.
    pub fn roll_back<C: Transitions>(
        &self,
        conn: &mut C,
        told: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        run::run(conn, &self.tables()?, Direction::Back, self.filling(), told)
    }

    fn filling(&self) -> Filling<'_> {
        Filling {
            ids: &*self.ids,
            clock: &*self.clock,
            rows: self.rows,
        }
    }

    fn tables(&self) -> Result<Vec<Wanted>> {
        self.catalog.check()?;
        let tables = self.catalog.tables().iter();
        Ok(tables.filter_map(wanted).collect())
    }
}

fn wanted(table: &Declared) -> Option<Wanted> {
    let column = table.public_id?;
    let mut wanted = Wanted {
        table: table.clone(),
        column,
        key: KeyType::Id128,
        value: Value::Ids,
        index: None,
        takes_null: false,
        like: None,
    };
    wanted.index = Some(Key {
        name: wanted.named("_tenancy_id"),
        columns: vec![column],
        unique: true,
        what: String::new(),
    });
    Some(wanted)
}
