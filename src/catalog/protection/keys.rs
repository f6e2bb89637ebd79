//! The keys, indexes and references that the tables of a catalog need, for backends that have
//! nothing more.

use super::super::declared::{Declared, Owner};

/// A unique key, or an index.
pub(super) struct Key {
    pub(super) name: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) unique: bool,
    pub(super) what: String,
}

/// A reference that stays within a tenant.
pub(super) struct Link {
    pub(super) name: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) to: Declared,
    pub(super) keys: Vec<&'static str>,
}

/// The key that references lead to, or the index that each query of a tenant needs.
pub(super) fn of(table: &Declared) -> Option<Key> {
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
                let columns = vec![*tenant, reference.column];
                Some(link(reference.column, columns, to, vec![owner, key]))
            });
            within.collect()
        }
    }
}

/// The longest name that every database takes whole, in bytes.
const LONGEST: usize = 63;

/// The name of what a table gets. A long one is cut, and has a number made of the whole, which
/// keeps those apart that begin alike.
pub(super) fn named(of: &str, suffix: &str) -> String {
    if of.len() + suffix.len() <= LONGEST {
        return format!("{of}{suffix}");
    }
    // FNV-1a: the same with each compiler.
    let number = of.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mut end = LONGEST - suffix.len() - "_00000000".len();
    while !of.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{number:08x}{suffix}", &of[..end])
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

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_long_name_is_cut_and_stays_apart_from_others() {
        assert_eq!(named("items", "_tenancy_key"), "items_tenancy_key");
        let most = "t".repeat(51);
        assert_eq!(named(&most, "_tenancy_key"), format!("{most}_tenancy_key"));
        for letter in ["t", "é", "漢"] {
            let long = letter.repeat(60);
            let (one, other) = (format!("{long}1"), format!("{long}2"));
            let names = [&one, &other].map(|name| named(name, "_tenancy_key"));
            assert_ne!(names[0], names[1]);
            for name in names {
                assert!(name.len() <= 63 && name.len() > 58, "{name}");
                assert!(name.ends_with("_tenancy_key"), "{name}");
                assert!(name.starts_with(&letter.repeat(10)), "{name}");
            }
        }
    }
}
