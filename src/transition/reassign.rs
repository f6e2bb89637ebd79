//! The clean-up of tenant columns in which something else stands than tenants.

use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;

use super::fill::{self, Pending};
use super::owner_key::OwnerKey;
use super::progress::Progress;
use super::reassignment::{LeftRows, ReassignedTable, Reassignment};
use super::{ROWS, Transitions, run};
use crate::catalog::{Catalog, Declared, KeyType, Owner, refused};
use crate::error::{Error, Result};
use crate::key::TenantKey;

/// Gives rows whose tenant column holds no tenant's key to the tenants of a mapping. From
/// [`Catalog::reassign`].
///
/// What the mapping does not name is left as it is, and reported. Nothing is ever deleted. Rows of
/// a tenant that is there are not touched: to move those is
/// [`Database::move_row`](crate::Database::move_row).
///
/// It comes before [`Catalog::protect`]: references with the tenant in them would keep a row from
/// changing it alone, and on MariaDB a trigger does.
#[must_use]
pub struct Reassign<'a> {
    catalog: &'a Catalog,
    mapping: Vec<(OwnerKey, Result<OwnerKey>)>,
    tables: Vec<Declared>,
    rows: u32,
}

impl fmt::Debug for Reassign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reassign").finish_non_exhaustive()
    }
}

/// A mapping that was checked: what stands in a column, and whom it becomes.
type Pair<'a> = (&'a OwnerKey, &'a OwnerKey);

/// A table, with what holds its tenants.
struct Tenanted<'a> {
    table: &'a Declared,
    column: &'static str,
    key: KeyType,
    tenants: Declared,
    type_name: String,
    keys: Vec<(&'static str, String)>,
}

impl Catalog {
    /// The clean-up of tenant columns: see [`Reassign`](crate::transition::Reassign). The mapping
    /// says for a value that stands there now which tenant's it is. It is for the tables whose keys
    /// are of the tenants' type. Nothing is done yet.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use std::ops::ControlFlow;
    ///
    /// use tenancy::catalog;
    ///
    /// # let gear = Gear::new();
    /// # let mut conn = gear.raw();
    /// let catalog = catalog![Customer, Category, Item, Setting, Unit];
    /// let path = catalog.reassign([(77, 1_i64)]); // what is customer 77's was meant for customer 1
    /// println!("{} rows would be left", path.preview(&mut conn)?.rows_left());
    /// let done = path.run(&mut conn, |_| ControlFlow::Continue(()))?;
    /// assert!(done.is_finished());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    pub fn reassign<O: Into<OwnerKey>, K: TenantKey>(
        &self,
        mapping: impl IntoIterator<Item = (O, K)>,
    ) -> Reassign<'_> {
        let pairs = mapping.into_iter();
        Reassign {
            catalog: self,
            mapping: pairs
                .map(|(old, new)| (old.into(), OwnerKey::of(&new)))
                .collect(),
            tables: self.of_tenants::<K>().cloned().collect(),
            rows: ROWS,
        }
    }
}

impl Reassign<'_> {
    /// How many rows a batch has: 1000, if nothing is said. At least one.
    pub fn batches_of(mut self, rows: u32) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// What [`run`](Self::run) would do. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), before it changes anything.
    pub fn preview<C: Transitions>(&self, conn: &mut C) -> Result<Reassignment> {
        let (tables, mapping) = self.checked(conn)?;
        let tables = tables.iter().map(|of| {
            let mut reassigned = 0;
            for (old, _) in &mapping {
                reassigned += conn.together(|conn| of.count(conn, old))?;
            }
            of.report(conn, reassigned, &mapping)
        });
        Ok(Reassignment {
            tables: tables.collect::<Result<_>>()?,
            is_finished: true,
        })
    }

    /// Gives the rows to their tenants, and tells the closure of each batch. When that gives
    /// `Break`, it stops; the next run goes on from there. The report counts the rows of this run.
    ///
    /// # Errors
    ///
    /// Before anything is changed: [`Error::Catalog`] for a mapping to a key that no tenant has,
    /// or of one that a tenant has, or of the same value twice; for a table that is not there, or
    /// without its columns; for tenants that no table of the catalog holds; on PostgreSQL for a
    /// table whose row security hides rows from this role, too. [`Error::InvalidKey`] for a key that
    /// means nobody, or a value of another type than the column. [`Error::Transaction`] for a
    /// connection in a transaction.
    ///
    /// Later: [`Error::Unfinished`], which says at which table and why. A row that meets a unique
    /// key of its new owner takes its batch back.
    ///
    /// # Tenancy
    ///
    /// It reads the rows of all tenants, and writes those of nobody.
    pub fn run<C: Transitions>(
        &self,
        conn: &mut C,
        told: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Reassignment> {
        conn.check_alone()?;
        run::by_itself(conn, |conn| self.go(conn, told))
    }

    fn go<C: Transitions>(
        &self,
        conn: &mut C,
        mut told: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Reassignment> {
        let (tables, mapping) = self.checked(conn)?;
        let mut done = Reassignment {
            tables: Vec::new(),
            is_finished: false,
        };
        for (taken, of) in tables.iter().enumerate() {
            let mut rows = 0;
            let changed = of.change(conn, &mapping, self.rows, |progress| {
                rows += progress.rows;
                told(progress)
            });
            let flow = changed.map_err(|source| Error::Unfinished {
                step: format!("{}: owners by the mapping", of.table.name),
                taken,
                source: Box::new(source),
            })?;
            let report = of.report(conn, rows, &mapping)?;
            done.tables.push(report);
            if flow.is_break() {
                return Ok(done);
            }
        }
        done.is_finished = true;
        Ok(done)
    }

    /// The tables and the mapping, if all of it can be done.
    fn checked<C: Transitions>(&self, conn: &mut C) -> Result<(Vec<Tenanted<'_>>, Vec<Pair<'_>>)> {
        self.catalog.check()?;
        if self.tables.is_empty() {
            return Err(super::owners::no_tables());
        }
        let mut mapping = Vec::new();
        for (old, new) in &self.mapping {
            match new {
                Ok(new) => mapping.push((old, new)),
                Err(Error::InvalidKey { reason }) => return Err(Error::InvalidKey { reason }),
                Err(_) => return Err(super::owners::no_tables()),
            }
        }
        let tables = self.tables.iter().map(|table| self.tenanted(conn, table));
        let tables: Vec<Tenanted<'_>> = tables.collect::<Result<_>>()?;
        for of in &tables {
            of.check(conn, &mapping)?;
        }
        Ok((tables, mapping))
    }

    fn tenanted<'a, C: Transitions>(
        &self,
        conn: &mut C,
        table: &'a Declared,
    ) -> Result<Tenanted<'a>> {
        let Owner::Tenant { column, key, .. } = table.owner else {
            return Err(refused(table, "has no tenant column"));
        };
        let Some(tenants) = self.catalog.tenants_of(table) else {
            return Err(refused(
                table,
                "belongs to tenants that no table of the catalog holds: add their model, so that \
                 it is known who is one",
            ));
        };
        let mut type_of = |of: &Declared, column: &str| {
            conn.type_of(of, column)?
                .ok_or_else(|| refused(of, &format!("has no column {column} in the database")))
        };
        type_of(&tenants, tenants.key().unwrap_or_default())?;
        let keys = table.primary_key.iter();
        Ok(Tenanted {
            table,
            column,
            key,
            type_name: type_of(table, column)?,
            keys: keys
                .map(|name| Ok((*name, type_of(table, name)?)))
                .collect::<Result<_>>()?,
            tenants,
        })
    }
}

impl Tenanted<'_> {
    fn check<C: Transitions>(&self, conn: &mut C, mapping: &[Pair<'_>]) -> Result<()> {
        // Rows that cannot be read are an error here, and not later.
        conn.together(|conn| self.of_nobody(conn))?;
        let mut seen = HashSet::new();
        for (at, (old, new)) in (1..).zip(mapping) {
            if !C::TAKES_ALL && !old.fits(self.key) {
                return Err(Error::InvalidKey {
                    reason: "a value of the mapping is of another type than the tenant column",
                });
            }
            if !seen.insert(*old) {
                return Err(self.bad(at, "says of a value what another one says, too"));
            }
            let mut is_tenant = |key: &OwnerKey| {
                conn.together(|conn| fill::has_tenant(conn, &self.tenants, key, self.key))
            };
            if is_tenant(old)? {
                return Err(self.bad(at, "takes the rows of a tenant that is there"));
            }
            if !is_tenant(new)? {
                return Err(self.bad(at, "leads to a key that no tenant has"));
            }
        }
        Ok(())
    }

    /// The values themselves are not told.
    fn bad(&self, at: usize, why: &str) -> Error {
        refused(
            &self.tenants,
            &format!("does not go with the mapping, whose entry {at} {why}"),
        )
    }

    fn is<C: Transitions>(&self, owner: &OwnerKey) -> String {
        C::is(&C::quote(self.column), owner, self.key)
    }

    fn count<C: Transitions>(&self, conn: &mut C, owner: &OwnerKey) -> Result<u64> {
        let sql = format!(
            "SELECT CAST(count(*) AS {}) AS k0 FROM {} WHERE {}",
            C::TEXT,
            C::table(self.table),
            self.is::<C>(owner)
        );
        Ok(conn.ask(&sql)?.first().map_or(0, |row| row.number(0)))
    }

    fn change<C: Transitions>(
        &self,
        conn: &mut C,
        mapping: &[Pair<'_>],
        rows: u32,
        mut told: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        for (at, (old, new)) in (1..).zip(mapping) {
            let pending = Pending {
                table: self.table,
                keys: &self.keys,
                condition: self.is::<C>(old),
            };
            let mut progress = Progress {
                table: self.table.name.to_string(),
                what: format!("owners by entry {at} of the mapping"),
                rows: 0,
                done: 0,
                of: conn.together(|conn| self.count(conn, old))?,
            };
            let value = C::literal(new, &self.type_name);
            let flow = fill::pass(
                conn,
                &pending,
                rows,
                |conn, _, range| fill::set_all(conn, &pending, (self.column, &value), range),
                |rows| {
                    progress.rows = rows;
                    progress.done += rows;
                    told(&progress)
                },
            )?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// With the rows that are left, but for those that the mapping still has to come to.
    fn report<C: Transitions>(
        &self,
        conn: &mut C,
        reassigned: u64,
        mapping: &[Pair<'_>],
    ) -> Result<ReassignedTable> {
        let column = format!("t.{}", C::quote(self.column));
        let tenant = format!("o.{}", C::quote(self.tenants.key().unwrap_or_default()));
        let named = mapping.iter();
        let named: String = named
            .map(|(old, _)| format!(" AND NOT ({})", C::is(&column, old, self.key)))
            .collect();
        let sql = format!(
            "SELECT {} AS k0, CAST(count(*) AS {}) AS k1 FROM {} t WHERE {column} IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM {} o WHERE {}){named} GROUP BY {column} ORDER BY 1",
            C::shown(&column, &self.type_name),
            C::TEXT,
            C::table(self.table),
            C::table(&self.tenants),
            C::same(&column, &tenant, self.key)
        );
        let left = conn.together(|conn| conn.ask(&sql))?;
        let left = left.iter().map(|row| LeftRows {
            owner: Some(row.get(0).to_owned()),
            rows: row.number(1),
        });
        let mut left: Vec<LeftRows> = left.collect();
        left.extend(conn.together(|conn| self.of_nobody(conn))?);
        Ok(ReassignedTable {
            table: self.table.name.to_string(),
            reassigned,
            left,
        })
    }

    /// Rows without an owner, where the model has none.
    fn of_nobody<C: Transitions>(&self, conn: &mut C) -> Result<Option<LeftRows>> {
        let sql = format!(
            "SELECT CAST(count(*) AS {}) AS k0 FROM {} WHERE {} IS NULL",
            C::TEXT,
            C::table(self.table),
            C::quote(self.column)
        );
        let rows = conn.ask(&sql)?.first().map_or(0, |row| row.number(0));
        let is_left = rows > 0 && !self.table.may_be_nobodys();
        Ok(is_left.then_some(LeftRows { owner: None, rows }))
    }
}
