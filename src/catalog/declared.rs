//! What a model says of its table, as data: who owns the rows, and by which columns.

use diesel::sql_types::{BigInt, Integer, Nullable, SqlType, Text};

use super::kinds::KeyKind;
use super::name::Name;
use crate::__private::Seal;
use crate::ownership::{Scoped, ScopedTable};
use crate::sql_types::Id128;

/// A table, as its model declares it.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Declared {
    pub name: Name,
    pub primary_key: &'static [&'static str],
    pub owner: Owner,
    pub writers: Writers,
    pub references: Vec<Reference>,
    pub proof: Option<Proof>,
    /// The column of the public id.
    pub public_id: Option<&'static str>,
    /// The column of the text id, which is in the primary key.
    pub text_id: Option<&'static str>,
}

/// Who writes rows of a table.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// Each tenant its own.
    Tenants,
    /// Operators alone. Where they sign in as the service does, it needs these rights.
    Operators(&'static [&'static str]),
    /// Each tenant its own, by statements of the library alone: it inserts, and changes this column.
    Library(&'static str),
}

/// What tells whose a row is.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// Nobody's: everyone reads it.
    Global,
    /// The tenant in this column.
    Tenant {
        column: &'static str,
        key: KeyType,
        kind: KeyKind,
        without: WithoutOwner,
    },
    /// Whose the parent is.
    Parent(Reference),
}

/// A column that leads to another table's key of one column.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    pub column: &'static str,
    pub to: fn(Seal) -> Declared,
}

impl Writers {
    /// What the library's own statements need, where rights are those to a whole table.
    #[cfg(feature = "mysql")]
    pub(super) const LIBRARYS: &[&str] = &["SELECT", "INSERT", "UPDATE"];
}

impl Reference {
    #[must_use]
    pub fn to<M: Scoped>(column: &'static str) -> Self {
        Self {
            column,
            to: <M::Table as ScopedTable>::declared,
        }
    }

    pub(super) fn declared(&self) -> Declared {
        (self.to)(Seal::new())
    }
}

/// The column that a credential's row is found by.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    pub column: &'static str,
    pub holds: ProofType,
    /// The column that marks a deleted row, which proves nothing.
    pub deleted: Option<&'static str>,
}

/// The SQL type of what proves a credential.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofType {
    Id128,
    Text,
    Binary,
}

/// What a row without an owner is.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutOwner {
    /// There is none: the column is NOT NULL.
    Impossible,
    /// No tenant's: it is hidden.
    Hidden,
    /// Everyone's to read.
    Shown,
}

/// The SQL type of a tenant's key.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    Integer,
    BigInt,
    Text,
    Id128,
}

/// The SQL types that a tenant's key can have in a column.
#[doc(hidden)]
pub trait KeyColumn {
    const KEY: KeyType;
}

impl KeyColumn for Integer {
    const KEY: KeyType = KeyType::Integer;
}

impl KeyColumn for BigInt {
    const KEY: KeyType = KeyType::BigInt;
}

impl KeyColumn for Text {
    const KEY: KeyType = KeyType::Text;
}

impl KeyColumn for Id128 {
    const KEY: KeyType = KeyType::Id128;
}

impl<ST: KeyColumn + SqlType> KeyColumn for Nullable<ST> {
    const KEY: KeyType = ST::KEY;
}

impl Declared {
    /// The column that the rows' owner is found by, and an index should begin with.
    pub(super) fn owner_column(&self) -> Option<&'static str> {
        match &self.owner {
            Owner::Global => None,
            Owner::Tenant { column, .. } => Some(column),
            Owner::Parent(parent) => Some(parent.column),
        }
    }

    #[cfg(feature = "postgres")]
    pub(super) fn is_global(&self) -> bool {
        matches!(self.owner, Owner::Global)
    }

    /// Whether the service writes no rows of it.
    #[cfg(feature = "postgres")]
    pub(super) fn only_read(&self) -> bool {
        self.is_global() || matches!(self.writers, Writers::Operators(_))
    }

    /// Whether its rows are told apart by a text, its own or its parent's.
    #[cfg(feature = "postgres")]
    pub(super) fn has_text_key(&self) -> bool {
        match &self.owner {
            Owner::Global => false,
            Owner::Tenant { key, .. } => *key == KeyType::Text,
            Owner::Parent(parent) => parent.declared().has_text_key(),
        }
    }

    pub(crate) fn tenant_column(&self) -> Option<&'static str> {
        match &self.owner {
            Owner::Tenant { column, .. } => Some(column),
            Owner::Global | Owner::Parent(_) => None,
        }
    }

    /// The primary key, if it is one column.
    pub(crate) fn key(&self) -> Option<&'static str> {
        match self.primary_key {
            [key] => Some(key),
            _ => None,
        }
    }

    /// Whether some rows can be read that cannot be written.
    pub(super) fn shows_more_than_own(&self) -> bool {
        match &self.owner {
            Owner::Global => true,
            Owner::Tenant { without, .. } => *without == WithoutOwner::Shown,
            Owner::Parent(parent) => parent.declared().shows_more_than_own(),
        }
    }
}
