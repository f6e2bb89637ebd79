//! The kinds of keys that a catalog's tables have. PostgreSQL is told the tenant by one setting,
//! whatever type its key has, and the library's own tables know a type by what it is called for good.

use std::any::{TypeId, type_name};

use super::{Catalog, Declared, Owner, Writers, refused};
use crate::error::Result;
use crate::key::TenantKey;
#[cfg(feature = "postgres")]
use crate::key::TenantTag;

/// The type of a tenant's key.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct KeyKind {
    id: TypeId,
    name: &'static str,
    lasting: &'static str,
}

impl KeyKind {
    #[must_use]
    pub fn of<K: TenantKey>() -> Self {
        Self {
            id: TypeId::of::<K>(),
            name: type_name::<K>(),
            lasting: K::lasting_kind(),
        }
    }

    pub(super) fn id(&self) -> TypeId {
        self.id
    }

    /// The last part of its name.
    #[cfg(feature = "postgres")]
    pub(super) fn name(&self) -> &'static str {
        self.name.rsplit("::").next().unwrap_or(self.name)
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Declared {
    /// The type of its key, or of its parent's. What the library writes has keys of any type.
    pub(super) fn kind(&self) -> Option<KeyKind> {
        match &self.owner {
            Owner::Global => None,
            Owner::Tenant { .. } if self.writers != Writers::Tenants => None,
            Owner::Tenant { kind, .. } => Some(*kind),
            Owner::Parent(parent) => parent.declared().kind(),
        }
    }
}

impl Catalog {
    /// Refuses two types of keys that the library's own tables take for one: their tenants would read
    /// each other's events, and count in one another's series.
    pub(super) fn check_kinds(&self) -> Result<()> {
        let is_own = |table: &Declared| table.writers != Writers::Tenants;
        match self.shared_kind() {
            Some((table, reason)) if self.tables().iter().any(is_own) => {
                Err(refused(table, &reason))
            }
            _ => Ok(()),
        }
    }

    /// The first table that has keys of a type which is called as another one is, and says so.
    pub(super) fn shared_kind(&self) -> Option<(&Declared, String)> {
        let mut kinds: Vec<KeyKind> = Vec::new();
        for table in self.tables() {
            let Some(kind) = table.kind() else { continue };
            let is_taken = |other: &&KeyKind| other.lasting == kind.lasting && !other.is(&kind);
            if let Some(other) = kinds.iter().find(is_taken) {
                return Some((table, taken(&kind, other)));
            }
            kinds.push(kind);
        }
        None
    }
}

fn taken(kind: &KeyKind, other: &KeyKind) -> String {
    format!(
        "has keys of the type {}, and what is written down for good calls them `{}`, as those of \
         {}: say `#[tenant_key(kind = \"..\")]` on one of them",
        kind.name, kind.lasting, other.name
    )
}

#[cfg(feature = "postgres")]
impl Catalog {
    /// The first table whose keys are of another type than this one.
    pub(crate) fn of_another_kind(&self, tenant: &TenantTag) -> Option<String> {
        let is_other = |of: &Declared| of.kind().is_some_and(|kind| !tenant.is_of(kind.id));
        let mut tables = self.tables().iter();
        let table = tables.find(|table| is_other(table))?;
        Some(table.name.quoted())
    }
}
