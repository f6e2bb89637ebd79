//! A tenant's key without its type, and a value that stands in a tenant column and is none.

use std::fmt;

use uuid::Uuid;

use crate::catalog::KeyType;
use crate::error::Result;
use crate::key::{KeyRef, TenantKey};

/// A value in a tenant column, as it is found there: a key of a tenant, or what somebody wrote in
/// place of one.
///
/// Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OwnerKey {
    /// A number.
    Int(i64),
    /// A UUID.
    Uuid(Uuid),
    /// A text.
    Text(String),
}

impl OwnerKey {
    /// Refuses keys that mean nobody, or everybody.
    pub(super) fn of<K: TenantKey>(key: &K) -> Result<Self> {
        let key = key.as_key();
        key.check()?;
        Ok(match key {
            KeyRef::Int(number) => Self::Int(number),
            KeyRef::Uuid(id) => Self::Uuid(id),
            KeyRef::Text(text) => Self::Text(text.to_owned()),
            // It was refused.
            KeyRef::Everyone => Self::Text(String::new()),
        })
    }

    /// Whether a column for such keys can hold it. SQLite's columns hold anything.
    pub(super) fn fits(&self, key: KeyType) -> bool {
        match self {
            Self::Int(_) => matches!(key, KeyType::Integer | KeyType::BigInt),
            Self::Uuid(_) => key == KeyType::Id128,
            Self::Text(_) => key == KeyType::Text,
        }
    }
}

impl fmt::Debug for OwnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnerKey(..)")
    }
}

impl From<i32> for OwnerKey {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for OwnerKey {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Uuid> for OwnerKey {
    fn from(id: Uuid) -> Self {
        Self::Uuid(id)
    }
}

impl From<&str> for OwnerKey {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for OwnerKey {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
