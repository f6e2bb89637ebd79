//! The keys, indexes and references that the tables of a catalog need, for backends that have
//! nothing more.

use super::super::declared::{Declared, Owner};
use super::super::name::fitted;

/// A unique key, or an index.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) unique: bool,
    pub(crate) what: String,
}

/// A reference that stays within a tenant.
pub(super) struct Link {
    pub(super) name: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) to: Declared,
    pub(super) keys: Vec<&'static str>,
}

/// The key that references lead to, or the index that each query of a tenant needs.
pub(crate) fn of(table: &Declared) -> Option<Key> {
    let owner = table.owner_column()?;
    let of_table = table.name.table();
    match (table.tenant_column(), table.key()) {
        (Some(tenant), Some(key)) if tenant != key => Some(Key {
            name: named(of_table, "_tenancy_key"),
            columns: vec![tenant, key],
            unique: true,
            what: format!("unique key ({tenant}, {key}), for references within a tenant"),
        }),
        (None, _) if !table.primary_key.starts_with(&[owner]) => Some(Key {
            name: named(of_table, "_tenancy_index"),
            columns: vec![owner],
            unique: false,
            what: format!("index that begins with {owner}"),
        }),
        _ => None,
    }
}

/// The index that finds the row of a credential.
pub(super) fn of_proof(table: &Declared) -> Option<Key> {
    let column = table.proof?.column;
    Some(Key {
        name: named(table.name.table(), "_tenancy_proof"),
        columns: vec![column],
        unique: false,
        what: format!("index that begins with {column}"),
    })
}

pub(super) fn links(table: &Declared) -> Vec<Link> {
    let link = |column: &'static str, columns, to: Declared, keys| Link {
        name: named(&format!("{}_{column}", table.name.table()), "_tenancy_fkey"),
        columns,
        to,
        keys,
    };
    match &table.owner {
        Owner::Global => Vec::new(),
        Owner::Parent(parent) => {
            let to = parent.declared();
            let key = to.key().unwrap_or_default();
            vec![link(parent.column, vec![parent.column], to, vec![key])]
        }
        Owner::Tenant { column: tenant, .. } => {
            let within = table.references.iter().filter_map(|reference| {
                let to = reference.declared();
                let (key, owner) = (to.key()?, to.tenant_column()?);
                // A tenant's own row is its key, and has no other within it.
                let (columns, keys) = if owner == key {
                    (vec![reference.column], vec![key])
                } else {
                    (vec![*tenant, reference.column], vec![owner, key])
                };
                Some(link(reference.column, columns, to, keys))
            });
            within.collect()
        }
    }
}

/// The name of what a table gets.
pub(super) fn named(of: &str, suffix: &str) -> String {
    fitted("", of, suffix)
}

impl Link {
    pub(super) fn what(&self) -> String {
        format!(
            "reference ({}) to {} ({})",
            self.columns.join(", "),
            self.to.name,
            self.keys.join(", ")
        )
    }
}
