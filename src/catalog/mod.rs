//! The tables that an application declared, and what the database needs to know of them.

#[cfg(feature = "postgres")]
mod alone;
mod apply;
#[cfg(feature = "postgres")]
mod coverage;
mod declared;
mod inspect;
mod kinds;
mod name;
mod policy;
mod protection;
mod tenants;

#[cfg(feature = "postgres")]
pub(crate) use alone::check as check_alone;
pub use apply::Protects;
pub use declared::{
    Declared, KeyColumn, KeyType, Owner, Proof, ProofType, Reference, WithoutOwner, Writers,
};
pub use inspect::{Check, Finding, Inspection, Inspects, Severity};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use inspect::{Dialect, fits};
pub(crate) use inspect::{Holder, Link, Related, RelatedTable, is_column};
pub use kinds::KeyKind;
pub(crate) use name::fitted;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use name::quote;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use name::text;
pub use name::{Name, Named};
#[cfg(feature = "mysql")]
pub(crate) use name::{backtick, mysql_text};
#[cfg(feature = "mysql")]
pub(crate) use protection::mysql::{
    STAYS, has_index as mysql_has_index, has_partitions, of as mysql_of,
};
#[cfg(feature = "postgres")]
pub(crate) use protection::postgres::has_index as postgres_has_index;
#[cfg(feature = "sqlite")]
pub(crate) use protection::sqlite::has_index as sqlite_has_index;
pub use protection::{Phases, Placement, Protection, Step};

use protection::Style;
pub(crate) use protection::keys::Key;

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
    style: Style,
    /// The account that moves rows, on MariaDB.
    operators: Option<String>,
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

    /// The same, for a distributed engine such as Citus, which keeps each tenant's rows
    /// together: the tenant comes first in every primary key, and
    /// [`protection`](Self::protection) has no rights to columns, which such an engine does not
    /// take. [`phases`](Self::phases) has it in three phases, and
    /// [`Transport::Distributed`](crate::Transport::Distributed) tells such an engine the
    /// tenant. [`inspect`](Self::inspect) reports what would not distribute.
    ///
    /// Each table of tenants has a tenant column, never NULL, of one type everywhere; else the
    /// catalog is refused. `catalog![.., distributed]` says the same.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use tenancy::catalog;
    ///
    /// let protection = catalog![Category, Item].distributed().protection("serving")?;
    /// assert!(protection.up().contains("PRIMARY KEY (\"tenant_id\", \"id\")"));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    #[must_use]
    pub fn distributed(mut self) -> Self {
        self.style.distributed = true;
        self
    }

    /// The same, with a restrictive policy beside each permissive one: what another permissive
    /// policy allows beyond the tenant's rows, it takes away again. For where policies of
    /// others come and go. `catalog![.., restrictive = true]` says the same.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use tenancy::catalog;
    ///
    /// let protection = catalog![Category, Item, restrictive = true].protection("serving")?;
    /// assert!(protection.up().contains("AS RESTRICTIVE"));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    #[must_use]
    pub fn restrictive(mut self, restrictive: bool) -> Self {
        self.style.restrictive = restrictive;
        self
    }

    /// The same, with the account that operators sign in as on MySQL and MariaDB, `olga` or
    /// `olga@localhost`: the triggers that keep a row with its tenant let its sessions through, so
    /// that they can [move rows](crate::Database::move_row). They look at the name of the account,
    /// and not at its host. The other databases know it by its rights, and need no word of it.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # #[cfg(feature = "mysql")]
    /// # fn main() -> tenancy::Result<()> {
    /// use tenancy::catalog;
    ///
    /// let tables = catalog![Category, Item].operated_by("operator@localhost");
    /// let protection = tables.protection_on::<diesel::MysqlConnection>("serving@localhost")?;
    /// assert!(protection.up().contains("user()"));
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "mysql"))]
    /// # fn main() {}
    /// ```
    #[must_use]
    pub fn operated_by(mut self, account: &str) -> Self {
        self.operators = Some(account.to_owned());
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
            if self.style.distributed
                && let Some(reason) = self.undistributable(table)
            {
                return Err(refused(table, &reason));
            }
        }
        self.check_kinds()
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

pub(crate) fn refused(table: &Declared, reason: &str) -> Error {
    Error::Catalog {
        table: table.name.to_string(),
        reason: reason.to_owned(),
    }
}

/// The [`Catalog`] of these models. Behind them may stand `distributed`, for
/// [`Catalog::distributed`], and `restrictive = true`, for [`Catalog::restrictive`].
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// let catalog = tenancy::catalog![Category, Item];
/// let everywhere = tenancy::catalog!(Category, Item, distributed);
/// # let _ = (catalog, everywhere);
/// ```
#[macro_export]
macro_rules! catalog {
    ($($models:tt)*) => {
        $crate::__catalog!([$crate::Catalog::new()] $($models)*)
    };
}

/// Takes the models from the front, eight at a time as long as more stands behind them: else a
/// large catalog would meet the compiler's limit of recursion. What stands behind them has
/// forms of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! __catalog {
    ([$made:expr] $(,)?) => { $made };
    ([$made:expr] distributed $(, $($rest:tt)*)?) => {
        $crate::__catalog!([$made.distributed()] $($($rest)*)?)
    };
    ([$made:expr] restrictive = $restrictive:expr $(, $($rest:tt)*)?) => {
        $crate::__catalog!([$made.restrictive($restrictive)] $($($rest)*)?)
    };
    ([$made:expr] $a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty, distributed
        $(, $($rest:tt)*)?) => {
        $crate::__catalog!([$made.distributed()] $a, $b, $c, $d, $e, $f, $g $(, $($rest)*)?)
    };
    ([$made:expr] $a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty, $h:ty, $($rest:tt)+) => {
        $crate::__catalog!([$made
            .with::<$a>().with::<$b>().with::<$c>().with::<$d>()
            .with::<$e>().with::<$f>().with::<$g>().with::<$h>()] $($rest)+)
    };
    ([$made:expr] $model:ty $(, $($rest:tt)*)?) => {
        $crate::__catalog!([$made.with::<$model>()] $($($rest)*)?)
    };
}
