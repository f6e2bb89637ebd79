//! The tables that an application declared, and what the database needs to know of them.

#[cfg(feature = "postgres")]
mod apply;
#[cfg(feature = "postgres")]
mod coverage;
mod declared;
mod inspect;
mod name;
mod policy;
mod protection;

pub use declared::{Declared, KeyColumn, KeyType, Owner, Reference, WithoutOwner};
pub use inspect::{Check, Finding, Inspection, Inspects, Severity};
pub use name::{Name, Named};
pub use protection::{Protection, Step};

use std::collections::HashSet;

use crate::__private::Seal;
use crate::error::{Error, Result};
use crate::ownership::{Scoped, ScopedTable};

/// The tables of an application: all of them, so that the database can be told whose the
/// rows of each are. Made by [`catalog!`](crate::catalog).
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// use tenancy::catalog;
///
/// let catalog = catalog![Customer, Category, Item, Setting, Unit];
/// assert_eq!(catalog.names().count(), 5);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    tables: Vec<Declared>,
    without_row_security: HashSet<Name>,
}

impl Catalog {
    /// A catalog of no tables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with the table of one more model.
    #[must_use]
    pub fn with<M: Scoped>(mut self) -> Self {
        self.tables
            .push(<M::Table as ScopedTable>::declared(Seal::new()));
        self
    }

    /// The same, but the database itself does not guard the table of this model: its
    /// statements have the tenant in them, and nothing stands behind that.
    ///
    /// Under row security PostgreSQL uses no index for operators that are not leak-proof
    /// (enums, `numeric`, `jsonb`, `LIKE`, full text), so that a large tenant may be slow.
    #[must_use]
    pub fn without_row_security<M: Scoped>(mut self) -> Self {
        self.without_row_security
            .insert(<M::Table as ScopedTable>::declared(Seal::new()).name);
        self
    }

    /// The names of the tables, in the order in which they were declared.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.tables.iter().map(|table| &table.name)
    }

    pub(crate) fn tables(&self) -> &[Declared] {
        &self.tables
    }

    pub(crate) fn has_row_security(&self, table: &Declared) -> bool {
        !matches!(table.owner, Owner::Global) && !self.without_row_security.contains(&table.name)
    }

    /// Refuses what cannot be guarded.
    pub(crate) fn check(&self) -> Result<()> {
        let mut seen = HashSet::new();
        for table in &self.tables {
            if !seen.insert(&table.name) {
                return Err(refused(table, "is declared twice"));
            }
            self.check_parents(table)?;
            self.check_references(table)?;
        }
        Ok(())
    }

    /// Each parent is in the catalog too, and no table is its own ancestor.
    fn check_parents(&self, table: &Declared) -> Result<()> {
        let mut path = vec![table.name.clone()];
        let mut of = table.clone();
        while let Owner::Parent(parent) = of.owner {
            let parent = parent.declared();
            if path.contains(&parent.name) {
                return Err(refused(
                    table,
                    "belongs to itself by its parents: give it a tenant column of its own",
                ));
            }
            if !self.names().any(|name| *name == parent.name) {
                let reason = format!("has its owner from `{}`, which is missing", parent.name);
                return Err(refused(table, &reason));
            }
            path.push(parent.name.clone());
            of = parent;
        }
        Ok(())
    }
}

impl Catalog {
    fn check_references(&self, table: &Declared) -> Result<()> {
        for reference in &table.references {
            let to = reference.declared().name;
            if !self.names().any(|name| *name == to) {
                return Err(refused(
                    table,
                    &format!("refers to `{to}`, which is missing"),
                ));
            }
        }
        Ok(())
    }
}

fn refused(table: &Declared, reason: &str) -> Error {
    Error::Catalog {
        table: table.name.to_string(),
        reason: reason.to_owned(),
    }
}

/// The [`Catalog`] of these models.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// let catalog = tenancy::catalog![Category, Item];
/// # let _ = catalog;
/// ```
#[macro_export]
macro_rules! catalog {
    ($($model:ty),* $(,)?) => {
        $crate::Catalog::new()$(.with::<$model>())*
    };
}
