//! For a distributed engine: the tenant first in each key, and three phases, since such an
//! engine takes references and policies only where the tables are distributed already.

use std::fmt;

use super::super::Catalog;
use super::super::declared::{Declared, Owner, WithoutOwner};
use super::super::name::{quote, text};
use super::postgres::{self, list, step_unless};
use super::{Protection, Step};
use crate::error::Result;

/// Citus refuses to change tables that refer to each other at the same time. Elsewhere this is
/// a setting that nobody reads.
pub(in super::super) const ONE_BY_ONE: &str =
    "SET LOCAL citus.multi_shard_modify_mode TO 'sequential';";

/// A protection in three phases, from [`Catalog::phases`]: the keys, then the application
/// distributes its tables, then what an engine takes of distributed tables only.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// use tenancy::catalog;
///
/// let phases = catalog!(Category, Item, Unit, distributed).phases("serving")?;
/// assert!(phases.keys.up().contains("PRIMARY KEY (\"tenant_id\", \"id\")"));
/// assert_eq!(
///     phases.placements[2].to_string(),
///     "SELECT create_distributed_table('\"items\"', 'tenant_id', colocate_with => '\"categories\"');"
/// );
/// assert!(phases.guards.up().contains("CREATE POLICY"));
/// # Ok::<(), tenancy::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Phases {
    /// The first phase: primary keys that begin with the tenant.
    pub keys: Protection,
    /// The second one is the application's: how the tables are to be distributed, in an order
    /// in which they can be.
    pub placements: Vec<Placement>,
    /// The third one: references within a tenant, rights and policies.
    pub guards: Protection,
}

/// How a table of a [distributed](Catalog::distributed) catalog is to be distributed.
///
/// `Display` writes the call for Citus.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placement {
    /// The table, as SQL names it.
    pub table: String,
    /// The column that says where a row is; `None` for a table of everybody, of which each
    /// node has a copy.
    pub column: Option<&'static str>,
    /// The table beside whose rows the tenant's rows are, as SQL names it; `None` for the first.
    pub beside: Option<String>,
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = text(&self.table);
        let Some(column) = self.column.map(text) else {
            return write!(f, "SELECT create_reference_table({table});");
        };
        let beside = match &self.beside {
            Some(root) => format!(", colocate_with => {}", text(root)),
            None => String::new(),
        };
        write!(
            f,
            "SELECT create_distributed_table({table}, {column}{beside});"
        )
    }
}

impl Catalog {
    /// The SQL that makes a distributed PostgreSQL guard the tables, in three phases.
    /// [`protection`](Self::protection) has the first and the last one together, for an engine
    /// that distributes by itself.
    ///
    /// On Citus the role that serves needs one more setting, by an administrator:
    /// `ALTER ROLE serving SET citus.propagate_set_commands = 'local'`.
    ///
    /// # Errors
    ///
    /// As [`protection`](Self::protection).
    pub fn phases(&self, serving: &str) -> Result<Phases> {
        self.check()?;
        self.check_role(serving)?;
        let protection = |steps| Protection {
            steps,
            preface: self.preface(),
        };
        Ok(Phases {
            keys: protection(postgres::keys(self)),
            placements: self.placements(),
            guards: protection(postgres::guards(self, serving)),
        })
    }

    pub(in super::super) fn placements(&self) -> Vec<Placement> {
        let root = self.root();
        let mut placements: Vec<Placement> = self
            .tables()
            .iter()
            .map(|table| Placement {
                table: table.name.quoted(),
                column: table.tenant_column(),
                beside: root
                    .filter(|root| table.tenant_column().is_some() && root.name != table.name)
                    .map(|root| root.name.quoted()),
            })
            .collect();
        placements
            .sort_by_key(|placement| (placement.column.is_some(), placement.beside.is_some()));
        placements
    }

    /// The table beside whose rows the others are: the tenants' own, else the first.
    pub(in super::super) fn root(&self) -> Option<&Declared> {
        let of_tenants = |table: &&Declared| table.tenant_column().is_some();
        let mut tables = self.tables().iter().filter(of_tenants);
        let own = tables
            .clone()
            .find(|table| table.tenant_column() == table.key());
        own.or_else(|| tables.next())
    }
}

/// The primary key as a distributed engine takes it: the tenant, and what was the key before.
pub(in super::super) fn key_columns(table: &Declared) -> Option<Vec<&'static str>> {
    let tenant = table.tenant_column()?;
    let others = table
        .primary_key
        .iter()
        .copied()
        .filter(|column| *column != tenant);
    Some([tenant].into_iter().chain(others).collect())
}

/// In place of the one that the table has.
pub(in super::super) fn primary_key(table: &Declared) -> Option<Step> {
    let columns = key_columns(table)?;
    let on = table.name.quoted();
    let key = format!("{}_tenancy_pkey", table.name.table());
    let (list, before) = (list(&columns), list(table.primary_key));
    let (of, name) = (format!("{}::regclass", text(&on)), quote(&key));
    let up = format!(
        "DECLARE\n      old name := (SELECT conname FROM pg_constraint \
         WHERE conrelid = {of} AND contype = 'p');\n    BEGIN\n      \
         IF old IS NOT NULL THEN\n        \
         EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {of}, old);\n      END IF;\n      \
         ALTER TABLE {on} ADD CONSTRAINT {name} PRIMARY KEY ({list});\n    END"
    );
    let down = format!(
        "DO $tenancy$ BEGIN\n  IF EXISTS (SELECT 1 FROM pg_constraint \
         WHERE conrelid = {of} AND conname = {}) THEN\n    \
         ALTER TABLE {on} DROP CONSTRAINT {name};\n    \
         ALTER TABLE {on} ADD PRIMARY KEY ({before});\n  END IF;\nEND $tenancy$;",
        text(&key)
    );
    let what = format!("primary key ({})", columns.join(", "));
    let done = has_primary_key(table, &columns);
    Some(step_unless(table, what, (done, up), down))
}

fn has_primary_key(table: &Declared, columns: &[&str]) -> String {
    let index = postgres::has_index(table, columns, true);
    index.replacen(" WHERE ", " WHERE i.indisprimary AND ", 1)
}

impl Catalog {
    /// Why a table cannot be distributed, if it cannot.
    pub(in super::super) fn undistributable(&self, table: &Declared) -> Option<String> {
        if table.proof.is_some() {
            return Some(
                "is looked up before a tenant is known, and a distributed engine finds rows by \
                 their tenant: leave it in a catalog of its own"
                    .to_owned(),
            );
        }
        match &table.owner {
            Owner::Global => None,
            Owner::Parent(_) => Some(
                "has its owner from a parent: to be distributed it needs a tenant column of its \
                 own"
                .to_owned(),
            ),
            Owner::Tenant { without, .. } if *without != WithoutOwner::Impossible => Some(
                "has rows without a tenant, and nowhere to be in a distributed database".to_owned(),
            ),
            Owner::Tenant { key, .. } => {
                let root = self.root()?;
                let differs = !matches!(&root.owner, Owner::Tenant { key: of, .. } if of == key);
                differs.then(|| format!("has keys of another type than `{}`", root.name))
            }
        }
    }
}
