//! Which table of a catalog holds the tenants that the rows of another one belong to.

use super::kinds::KeyKind;
use super::protection::keys;
use super::{Catalog, Declared, Key, Owner, WithoutOwner, Writers};
use crate::key::TenantKey;

impl Catalog {
    /// The tables whose rows say by a column which tenant of this kind of keys they are of. The
    /// tenants themselves and what the library writes are not among them.
    pub(crate) fn of_tenants<K: TenantKey>(&self) -> impl Iterator<Item = &Declared> {
        let kind = KeyKind::of::<K>();
        self.tables().iter().filter(move |table| {
            table.writers == Writers::Tenants
                && table.tenant_column() != table.key()
                && matches!(&table.owner, Owner::Tenant { kind: own, .. } if own.is(&kind))
        })
    }

    /// The table of the tenants: where the tenant column leads, or else the tenants with keys of
    /// this kind.
    pub(crate) fn tenants_of(&self, table: &Declared) -> Option<Declared> {
        let column = table.tenant_column()?;
        let mut references = table.references.iter();
        if let Some(reference) = references.find(|reference| reference.column == column) {
            return Some(reference.declared());
        }
        let kind = table.kind()?;
        let mut tables = self.tables().iter();
        let tenants = tables.find(|other| {
            other.tenant_column().is_some()
                && other.tenant_column() == other.key()
                && matches!(&other.owner, Owner::Tenant { kind: own, .. } if own.is(&kind))
        });
        tenants.cloned()
    }
}

impl Declared {
    /// Whether its model has rows without an owner.
    pub(crate) fn may_be_nobodys(&self) -> bool {
        matches!(&self.owner, Owner::Tenant { without, .. } if *without != WithoutOwner::Impossible)
    }

    /// The key, or the index, that its protection has for its owner.
    pub(crate) fn owners_key(&self) -> Option<Key> {
        keys::of(self)
    }
}
