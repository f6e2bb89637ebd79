//! The kinds of keys that a catalog's tables have. PostgreSQL is told the tenant by one setting,
//! whatever type its key has.

use std::any::{TypeId, type_name};

#[cfg(feature = "postgres")]
use super::{Catalog, Declared, Owner, Writers};
#[cfg(feature = "postgres")]
use crate::key::TenantTag;

/// The type of a tenant's key.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
pub struct KeyKind {
    id: TypeId,
    name: &'static str,
}

impl KeyKind {
    #[must_use]
    pub fn of<K: 'static>() -> Self {
        Self {
            id: TypeId::of::<K>(),
            name: type_name::<K>(),
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

    #[cfg(feature = "postgres")]
    pub(super) fn is(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

#[cfg(feature = "postgres")]
impl Declared {
    /// The type of its key, or of its parent's. What operators write has keys of any type.
    pub(super) fn kind(&self) -> Option<KeyKind> {
        match &self.owner {
            Owner::Global => None,
            Owner::Tenant { .. } if self.writers != Writers::Tenants => None,
            Owner::Tenant { kind, .. } => Some(*kind),
            Owner::Parent(parent) => parent.declared().kind(),
        }
    }
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
