//! Owners for the rows of a service that had one user, or one tenant.

use std::fmt;
use std::ops::ControlFlow;

use super::fill::{self, Filling};
use super::owner_key::OwnerKey;
use super::plan::{Value, Wanted};
use super::preview::Preview;
use super::progress::Progress;
use super::run::{self, Direction};
use super::{ROWS, Transitions};
use crate::catalog::{Catalog, Declared, Owner, refused};
use crate::clock::SystemClock;
use crate::error::{Error, Result};
use crate::id::UuidV7;
use crate::key::TenantKey;

/// Gives the rows that are there to a first owner: adds the tenant column where it is missing,
/// requires it, and makes the key or the index that tenants need. From [`Catalog::give_to`].
///
/// On PostgreSQL and MariaDB a missing column comes with the owner as its default, which fills the
/// rows that are there without writing them, and those that somebody inserts meanwhile; the last
/// step takes the default away. On SQLite, and where the column is there and empty in some rows,
/// they are filled in batches. A row that has an owner keeps it.
///
/// The tables of models that say `nullable` or `global_rows` may have rows of nobody in the end: there
/// the rows get the owner when the column is added, and never again.
///
/// What has its owner from a parent has no column of its own, and references, rights and row
/// security are for [`Catalog::protect`]. It is not taken back: whose a row was, would be lost.
#[must_use]
pub struct GiveTo<'a> {
    catalog: &'a Catalog,
    owner: Result<OwnerKey>,
    tables: Vec<Declared>,
    rows: u32,
}

impl fmt::Debug for GiveTo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GiveTo").finish_non_exhaustive()
    }
}

impl Catalog {
    /// The path from tables of one user to tables of tenants: see
    /// [`GiveTo`](crate::transition::GiveTo). It is for the tables whose keys are of the owner's
    /// type. Nothing is done yet.
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
    /// # conn.batch_execute("CREATE TABLE old (id INTEGER PRIMARY KEY, uuid BLOB,
    /// #     name TEXT NOT NULL); INSERT INTO old SELECT id, uuid, name FROM authors;
    /// #     DROP TABLE covers; DROP TABLE marks; DROP TABLE books; DROP TABLE authors; ALTER TABLE old RENAME TO authors")?;
    /// let catalog = catalog![Author]; // the table has no column `tenant_id` yet
    /// let path = catalog.give_to(1_i64);
    /// println!("{}", path.preview(&mut conn)?);
    /// let finished = path.run(&mut conn, |_| ControlFlow::Continue(()))?;
    /// assert!(finished.is_continue());
    ///
    /// catalog.protect(&mut conn, "")?; // references, rights, row security
    /// println!("{}", catalog.inspect(&mut conn)?); // keys that are still without the tenant
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    pub fn give_to<K: TenantKey>(&self, owner: K) -> GiveTo<'_> {
        GiveTo {
            catalog: self,
            owner: OwnerKey::of(&owner),
            tables: self.of_tenants::<K>().cloned().collect(),
            rows: ROWS,
        }
    }
}

impl GiveTo<'_> {
    /// How many rows a batch has: 1000, if nothing is said. At least one.
    pub fn batches_of(mut self, rows: u32) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// What [`run`](Self::run) would do, table by table. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), before it changes anything.
    pub fn preview<C: Transitions>(&self, conn: &mut C) -> Result<Preview> {
        let tables = self.tables()?;
        self.check_owner(conn, &tables)?;
        run::preview(conn, &tables, Direction::On)
    }

    /// Does what is left to do, and tells the closure of each step and each batch. When that gives
    /// `Break`, it stops, which is what it returns; the next run goes on from there.
    ///
    /// # Errors
    ///
    /// Before anything is changed: as [`AddPublicIds::run`](super::AddPublicIds::run), and
    /// [`Error::Catalog`] for an owner that the tenants' table does not have, if the catalog knows
    /// that table; [`Error::InvalidKey`] for one that means nobody, or whose type no table has.
    ///
    /// Later: [`Error::Unfinished`], which says at which step and why.
    ///
    /// # Tenancy
    ///
    /// It reads and writes the rows of all tenants.
    pub fn run<C: Transitions>(
        &self,
        conn: &mut C,
        told: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let tables = self.tables()?;
        conn.check_alone()?;
        self.check_owner(conn, &tables)?;
        let filling = Filling {
            ids: &UuidV7::default(),
            clock: &SystemClock,
            rows: self.rows,
        };
        run::run(conn, &tables, Direction::On, filling, told)
    }

    fn tables(&self) -> Result<Vec<Wanted>> {
        self.catalog.check()?;
        let owner = match &self.owner {
            Ok(owner) => owner,
            Err(Error::InvalidKey { reason }) => return Err(Error::InvalidKey { reason }),
            Err(_) => return Err(no_tables()),
        };
        if self.tables.is_empty() {
            return Err(no_tables());
        }
        let tables = self.tables.iter();
        Ok(tables
            .filter_map(|table| wanted(self.catalog, table, owner))
            .collect())
    }

    /// The owner is a tenant, as far as the catalog knows who is one.
    fn check_owner<C: Transitions>(&self, conn: &mut C, tables: &[Wanted]) -> Result<()> {
        for wanted in tables {
            let (Some(tenants), Some(owner)) =
                (self.catalog.tenants_of(&wanted.table), wanted.owner())
            else {
                continue;
            };
            let has = conn.together(|conn| fill::has_tenant(conn, &tenants, owner, wanted.key))?;
            if !has {
                return Err(refused(
                    &tenants,
                    "has no tenant with the key that the rows are to be given to",
                ));
            }
        }
        Ok(())
    }
}

pub(super) fn no_tables() -> Error {
    Error::InvalidKey {
        reason: "no table of the catalog belongs to tenants with keys of this type",
    }
}

fn wanted(catalog: &Catalog, table: &Declared, owner: &OwnerKey) -> Option<Wanted> {
    let Owner::Tenant { column, key, .. } = table.owner else {
        return None;
    };
    let tenants = catalog.tenants_of(table);
    Some(Wanted {
        table: table.clone(),
        column,
        key,
        value: Value::Owner(owner.clone()),
        index: table.owners_key(),
        takes_null: table.may_be_nobodys(),
        like: tenants.and_then(|tenants| Some((tenants.name.clone(), tenants.key()?))),
    })
}
