//! What a table is to have in the end, what it has now, and the steps between the two.

use crate::catalog::{Declared, Key, KeyType, Name, fitted};
use crate::error::Error;

use super::owner_key::OwnerKey;

/// A column that is to be there in each row, with its index.
#[cfg_attr(
    not(all(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "each backend has its own")
)]
#[derive(Debug)]
pub struct Wanted {
    pub(super) table: Declared,
    pub(super) column: &'static str,
    pub(super) key: KeyType,
    pub(super) value: Value,
    pub(super) index: Option<Key>,
    /// Whether the model has rows that are nobody's: the column may be empty in the end.
    pub(super) takes_null: bool,
    /// The column whose type it gets: the key of the tenants.
    pub(super) like: Option<(Name, &'static str)>,
}

/// What stands in the column of the rows that are there.
#[derive(Debug)]
pub(super) enum Value {
    /// An id of its own in each.
    Ids,
    /// The first owner in all of them.
    Owner(OwnerKey),
}

/// What the database has now.
#[cfg_attr(
    not(all(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "each backend has its own")
)]
#[derive(Debug, Default)]
pub struct Seen {
    /// The columns of the primary key, with their types.
    pub(super) keys: Vec<(&'static str, String)>,
    pub(super) column: Option<Column>,
    /// The type that the column gets.
    pub(super) new_type: String,
    /// Whether the table has partitions, whose column is not in the index.
    pub(super) parted: bool,
    /// PostgreSQL: whether it has partitions, and the schema that it is in.
    pub(super) in_parts: bool,
    pub(super) schema: String,
    pub(super) has_index: bool,
    /// PostgreSQL: an index that was left half made.
    pub(super) half_made: bool,
    /// PostgreSQL: the check that the column is not empty, and whether it is known to hold.
    pub(super) check: Option<bool>,
    /// SQLite: the triggers that fill the column, and that keep it filled.
    pub(super) fills: bool,
    pub(super) keeps: bool,
    /// Other indexes that go with the column.
    pub(super) indexes: Vec<String>,
    /// SQLite: an index of several columns that holds the column, which is not dropped before it.
    pub(super) held_by: Option<String>,
    /// Whether some row has nothing in the column, or there is no column for it.
    pub(super) empty: bool,
}

#[cfg_attr(
    not(all(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "each backend has its own")
)]
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) type_name: String,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    /// Whether the default is the first owner.
    pub(super) gives_owner: bool,
    /// MySQL and MariaDB: its type with its collation, and what else the column says of itself.
    pub(super) retold: String,
    pub(super) besides: String,
}

/// A step that is to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub(super) what: String,
    pub(super) sql: String,
    pub(super) act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// A statement by itself.
    Alone,
    /// Statements in one transaction.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
    Together,
    /// The rows, in batches.
    Fill,
}

impl Planned {
    pub(super) fn alone(what: impl Into<String>, sql: String) -> Self {
        Self {
            what: what.into(),
            sql,
            act: Act::Alone,
        }
    }

    #[cfg(feature = "sqlite")]
    pub(super) fn together(what: impl Into<String>, sql: String) -> Self {
        Self {
            what: what.into(),
            sql,
            act: Act::Together,
        }
    }
}

impl Wanted {
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn has_ids(&self) -> bool {
        matches!(self.value, Value::Ids)
    }

    pub(super) fn owner(&self) -> Option<&OwnerKey> {
        match &self.value {
            Value::Ids => None,
            Value::Owner(owner) => Some(owner),
        }
    }

    /// A name for something that belongs to the column.
    pub(super) fn named(&self, suffix: &str) -> String {
        fitted(
            "",
            &format!("{}_{}", self.table.name.table(), self.column),
            suffix,
        )
    }

    /// Whether a plain index stands for the unique one.
    pub(super) fn is_unique(&self, seen: &Seen) -> bool {
        self.index.as_ref().is_some_and(|index| index.unique) && !seen.parted
    }

    /// What the index is, for people.
    pub(super) fn index_told(&self, seen: &Seen) -> String {
        let columns = self.index.as_ref().map(|index| index.columns.join(", "));
        let columns = columns.unwrap_or_default();
        if self.is_unique(seen) {
            format!("unique index ({columns})")
        } else {
            format!("index ({columns})")
        }
    }

    /// Whether rows are still to be filled.
    pub(super) fn is_to_fill(&self, seen: &Seen) -> bool {
        match &seen.column {
            None => seen.empty,
            Some(column) => column.nullable && seen.empty && !self.takes_null,
        }
    }

    pub(super) fn refused(&self, reason: impl Into<String>) -> Error {
        Error::Catalog {
            table: self.table.name.to_string(),
            reason: reason.into(),
        }
    }
}
