//! What makes a database guard the tables of a catalog by itself, as text.

pub(super) mod distributed;
#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
pub(super) mod doors;
pub(crate) mod keys;
#[cfg(feature = "mysql")]
pub(super) mod mysql;
pub(super) mod postgres;
#[cfg(feature = "sqlite")]
pub(super) mod sqlite;

use std::fmt;

use super::declared::Declared;
use super::{Catalog, refused};
use crate::error::Result;

pub use distributed::{Phases, Placement};

/// What the catalog wants beside the usual.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    /// Keys and rights that a distributed engine takes.
    pub(super) distributed: bool,
    /// A restrictive policy beside each permissive one.
    pub(super) restrictive: bool,
}

/// The SQL that makes a database guard the tables of a [`Catalog`], and its reverse. From
/// [`Catalog::protection`] and [`Catalog::protection_on`].
///
/// Run it as the owner of the tables: paste [`up`](Self::up) and [`down`](Self::down) into a
/// migration, or hand the connection of a migration to
/// [`Catalog::protect`](crate::Catalog::protect). It can be run again, and changes nothing
/// then.
#[derive(Debug, Clone)]
pub struct Protection {
    pub(super) steps: Vec<Step>,
    /// What a distributed engine is told before.
    preface: Option<&'static str>,
}

/// One change, and how it is taken back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The table.
    pub table: String,
    /// What it does, in words.
    pub what: String,
    /// The SQL.
    pub up: String,
    /// The SQL that takes it back.
    pub down: String,
    /// Whether no SQL does it: the table must be made anew, and [`up`](Self::up) is a comment
    /// that says with what. So it is with a reference on SQLite.
    pub by_hand: bool,
    /// The table, as SQL names it.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(super) relation: String,
    /// The name of what it makes.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
        allow(dead_code)
    )]
    pub(super) makes: Option<String>,
    /// A query that has a row if something else is called like what it makes.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(super) taken: Option<String>,
    /// A query that gives a row if the step was taken already.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
        allow(dead_code)
    )]
    pub(super) done: Option<String>,
}

impl Step {
    fn of(table: &Declared, what: impl Into<String>, up: String, down: String) -> Self {
        Self {
            table: table.name.to_string(),
            what: what.into(),
            up,
            down,
            by_hand: false,
            relation: table.name.quoted(),
            makes: None,
            taken: None,
            done: None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.table, self.what)?;
        if self.by_hand {
            write!(f, " (by hand)")?;
        }
        Ok(())
    }
}

impl Protection {
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    pub(super) fn of(steps: Vec<Step>) -> Self {
        Self {
            steps,
            preface: None,
        }
    }

    /// The steps, in the order in which they run.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The text for the `up.sql` of a migration.
    #[must_use]
    pub fn up(&self) -> String {
        let steps = self.steps.iter();
        self.begun()
            + &steps
                .map(|step| written(step, &step.up))
                .collect::<String>()
    }

    /// The text for the `down.sql` of a migration.
    #[must_use]
    pub fn down(&self) -> String {
        let back = self.steps.iter().rev();
        self.begun()
            + &back
                .map(|step| written(step, &step.down))
                .collect::<String>()
    }

    fn begun(&self) -> String {
        self.preface
            .map(|sql| format!("{sql}\n\n"))
            .unwrap_or_default()
    }
}

fn written(step: &Step, sql: &str) -> String {
    format!("-- {step}\n{sql}\n\n")
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

impl Catalog {
    /// The SQL that makes PostgreSQL guard the tables: the keys and indexes that tenants
    /// need, the rights of the role that the service signs in as, and row security.
    /// [`protection_on`](Self::protection_on) has that of the other databases.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use tenancy::catalog;
    ///
    /// let protection = catalog![Category, Item].protection("serving")?;
    /// assert!(protection.up().contains("FORCE ROW LEVEL SECURITY"));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`](crate::Error::Catalog) for a table that is declared twice, or whose
    /// parent is missing, or that is its own ancestor; in a
    /// [`distributed`](Self::distributed) catalog also for one that cannot be distributed; and for
    /// the role `public`, which PostgreSQL takes for everybody.
    pub fn protection(&self, serving: &str) -> Result<Protection> {
        self.check()?;
        self.check_role(serving)?;
        let mut steps = postgres::keys(self);
        steps.extend(postgres::guards(self, serving));
        Ok(Protection {
            steps,
            preface: self.preface(),
        })
    }

    /// In quotes too, PostgreSQL takes this name for everybody.
    fn check_role(&self, serving: &str) -> Result<()> {
        match self.tables().first() {
            Some(table) if serving == "public" => Err(refused(
                table,
                "is to be served by `public`, which is everybody",
            )),
            _ => Ok(()),
        }
    }

    fn preface(&self) -> Option<&'static str> {
        self.style.distributed.then_some(distributed::ONE_BY_ONE)
    }
}
