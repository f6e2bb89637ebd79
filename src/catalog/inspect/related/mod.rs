//! Which tables hang together by references, as the live database and the catalog say.

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod links;

use std::any::TypeId;

use super::super::Name;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) use links::Stranger;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) use links::read;

/// The tables of a catalog that are there, and what refers to what among them.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Related {
    /// Those of the catalog in its order, and behind them what they refer to beside.
    pub(crate) tables: Vec<RelatedTable>,
    pub(crate) links: Vec<Link>,
    /// Tables that refer to one of these, and that the catalog does not know.
    pub(crate) strangers: Vec<(String, usize)>,
}

#[derive(Debug)]
pub(crate) struct RelatedTable {
    pub(crate) name: Name,
    /// Its name in SQL.
    pub(crate) sql: String,
    pub(crate) holder: Holder,
    /// What tells the rows of one tenant apart.
    pub(crate) keys: Vec<KeyColumn>,
}

/// Whose the rows of a table are.
#[derive(Debug)]
pub(crate) enum Holder {
    /// Nobody's.
    Nobody,
    /// The tenant's in this column.
    Tenant {
        column: String,
        /// Whether a row is its tenant.
        is_tenant: bool,
        /// Whether a row without a tenant is everyone's to read.
        shared: bool,
        /// The type of the tenant's key.
        kind: TypeId,
    },
    /// Their parents', by this column and the parent's key.
    Parent {
        column: String,
        parent: usize,
        key: String,
    },
}

/// A column of a key, and its type as the database has it.
#[derive(Debug)]
pub(crate) struct KeyColumn {
    pub(crate) name: String,
    pub(crate) type_name: String,
}

/// A reference: its columns, and those that they lead to.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) columns: Vec<(String, String)>,
    /// Whether it is a foreign key, and not declared only.
    pub(crate) is_held: bool,
}

impl Related {
    /// Whether rows of this table refer by a foreign key to rows of their own tenant.
    pub(crate) fn is_tied(&self, at: usize) -> bool {
        let mut links = self.links.iter().filter(|link| link.is_held);
        let tenant = self.tables[at].tenant();
        links.any(|link| link.from == at && tenant.is_some_and(|tenant| link.has(tenant)))
    }

    /// Whether a foreign key, of another of these tables, leads to the tenant of rows of this one.
    pub(crate) fn is_tied_to(&self, at: usize, others: &[usize]) -> bool {
        let mut links = self.links.iter().filter(|link| link.is_held);
        let tenant = self.tables[at].tenant();
        links.any(|link| {
            link.to == at
                && link.from != at
                && others.contains(&link.from)
                && tenant.is_some_and(|tenant| link.leads_to(tenant))
        })
    }

    pub(crate) fn find(&self, name: &Name) -> Option<usize> {
        self.tables.iter().position(|table| table.name == *name)
    }
}

impl RelatedTable {
    /// The column that a move changes.
    pub(crate) fn tenant(&self) -> Option<&str> {
        match &self.holder {
            Holder::Tenant {
                column,
                is_tenant: false,
                ..
            } => Some(column),
            _ => None,
        }
    }
}

impl Link {
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(own, _)| is(own, column))
    }

    fn leads_to(&self, column: &str) -> bool {
        self.columns.iter().any(|(_, to)| is(to, column))
    }

    /// Whether rows of the child belong to the parent's owner by this reference.
    pub(crate) fn is_parent(&self, child: &RelatedTable) -> bool {
        match &child.holder {
            Holder::Parent {
                column,
                parent,
                key,
            } => {
                *parent == self.to
                    && self
                        .columns
                        .iter()
                        .any(|(own, to)| is(own, column) && is(to, key))
            }
            Holder::Nobody | Holder::Tenant { .. } => false,
        }
    }

    /// For people: its columns without the tenant's.
    pub(crate) fn shown(&self, tenant: Option<&str>) -> String {
        let own = self.columns.iter().map(|(own, _)| own.as_str());
        let named: Vec<&str> = own
            .clone()
            .filter(|own| tenant.is_none_or(|tenant| !is(own, tenant)))
            .collect();
        if named.is_empty() {
            own.collect::<Vec<_>>().join(", ")
        } else {
            named.join(", ")
        }
    }
}

/// Whether two names are of the same column. Some databases do not tell capitals.
pub(crate) fn is(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
