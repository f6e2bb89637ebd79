//! The references of a catalog's tables, from the live schema and from what the models declare.

use diesel::QueryableByName;
use diesel::sql_types::Text;

use super::super::super::declared::{Declared, Owner, Reference, WithoutOwner};
use super::super::super::name::Name;
use super::super::super::{Catalog, refused};
use super::super::schema::{ForeignKey, Kind, Schema, Table};
use super::{Holder, KeyColumn, Link, Related, RelatedTable, is};
use crate::error::Result;

/// A table that refers to one of the schema, and is not in it.
#[derive(QueryableByName)]
pub(in super::super) struct Stranger {
    #[diesel(sql_type = Text)]
    pub(in super::super) name: String,
    #[diesel(sql_type = Text)]
    pub(in super::super) target: String,
}

/// What of the catalog hangs together in this schema.
pub(in super::super) fn read(
    catalog: &Catalog,
    schema: &Schema,
    strangers: Vec<Stranger>,
) -> Result<Related> {
    let mut related = Related::default();
    for declared in catalog.tables() {
        let Some(table) = schema.find(&declared.name) else {
            return Err(refused(
                declared,
                "is in the catalog, and not in the database",
            ));
        };
        let holder = holder(catalog, declared);
        related.tables.push(RelatedTable {
            name: declared.name.clone(),
            sql: schema.sql(table),
            holder,
            keys: keys(declared, table),
        });
    }
    for table in schema
        .tables
        .iter()
        .filter(|table| table.kind == Kind::Table)
    {
        for key in &table.references {
            add(&mut related, catalog, schema, table, key);
        }
    }
    for Stranger { name, target } in strangers {
        if let Some(to) = place(catalog, schema, &target) {
            related.strangers.push((name, to));
        }
    }
    for (from, declared) in catalog.tables().iter().enumerate() {
        add_declared(&mut related, catalog, schema, from, declared);
    }
    Ok(related)
}

fn holder(catalog: &Catalog, declared: &Declared) -> Holder {
    match &declared.owner {
        Owner::Global => Holder::Nobody,
        Owner::Tenant {
            column,
            kind,
            without,
            ..
        } => Holder::Tenant {
            column: (*column).to_owned(),
            is_tenant: declared.key() == Some(column),
            shared: *without == WithoutOwner::Shown,
            kind: kind.id(),
        },
        Owner::Parent(reference) => {
            let parent = reference.declared();
            let mut names = catalog.names();
            match names.position(|name| *name == parent.name) {
                Some(at) => Holder::Parent {
                    column: reference.column.to_owned(),
                    parent: at,
                    key: parent.key().unwrap_or_default().to_owned(),
                },
                // The catalog was checked before.
                None => Holder::Nobody,
            }
        }
    }
}

fn keys(declared: &Declared, table: &Table) -> Vec<KeyColumn> {
    let tenant = declared
        .tenant_column()
        .filter(|_| declared.primary_key.len() > 1);
    let columns = declared.primary_key.iter();
    columns
        .filter(|column| tenant != Some(**column))
        .map(|column| KeyColumn {
            name: (*column).to_owned(),
            type_name: table
                .columns
                .iter()
                .find(|of| is(&of.name, column))
                .map(|of| of.type_name.clone())
                .unwrap_or_default(),
        })
        .collect()
}

fn add(related: &mut Related, catalog: &Catalog, schema: &Schema, table: &Table, key: &ForeignKey) {
    let (from, to) = (
        place(catalog, schema, &table.id),
        place(catalog, schema, &key.target),
    );
    let (from, to) = match (from, to) {
        (None, None) => return,
        (None, Some(to)) => {
            related.strangers.push((table.shown(), to));
            return;
        }
        (Some(from), to) => (
            from,
            to.unwrap_or_else(|| outside(related, schema, &key.target)),
        ),
    };
    let pairs = key.columns.iter();
    let columns = pairs.map(|pair| (pair.column.clone(), pair.target.clone()));
    related.links.push(Link {
        from,
        to,
        columns: columns.collect(),
        is_held: true,
    });
}

/// The place of a table that the catalog does not know, and that one of its own refers to.
fn outside(related: &mut Related, schema: &Schema, id: &str) -> usize {
    let sql = match schema.tables.iter().find(|table| is(&table.id, id)) {
        Some(table) => schema.sql(table),
        None => schema.sql_of(id),
    };
    let known = related.tables.iter().position(|table| table.sql == sql);
    known.unwrap_or_else(|| {
        related.tables.push(RelatedTable {
            name: Name::of_quoted(&sql),
            sql,
            holder: Holder::Nobody,
            keys: Vec::new(),
        });
        related.tables.len() - 1
    })
}

/// The place in the catalog of a table of the database. SQLite knows its tables by any capitals.
fn place(catalog: &Catalog, schema: &Schema, id: &str) -> Option<usize> {
    let declared = schema.declaration(catalog, id).or_else(|| {
        let mut tables = schema.tables.iter();
        let table = tables.find(|table| schema.folds_names() && is(&table.id, id))?;
        schema.declaration(catalog, &table.id)
    })?;
    catalog.names().position(|name| *name == declared.name)
}

/// What the models say and no foreign key holds, of each row.
fn add_declared(
    related: &mut Related,
    catalog: &Catalog,
    schema: &Schema,
    from: usize,
    declared: &Declared,
) {
    let parent = match &declared.owner {
        Owner::Parent(parent) => Some(parent),
        Owner::Global | Owner::Tenant { .. } => None,
    };
    for reference in parent.into_iter().chain(&declared.references) {
        let target = reference.declared();
        let Some(to) = catalog.names().position(|name| *name == target.name) else {
            continue;
        };
        let link = Link {
            from,
            to,
            columns: columns(declared, reference, &target),
            is_held: false,
        };
        let table = schema.find(&declared.name);
        let mut links = related.links.iter();
        if !links.any(|held| table.is_some_and(|table| follows(held, &link, table))) {
            related.links.push(link);
        }
    }
}

/// Whether a foreign key finds each row that the declared link finds. It does not where it has a
/// further column and there is a NULL in it: then it says nothing.
fn follows(held: &Link, link: &Link, table: &Table) -> bool {
    let is_of = |(own, to): &(String, String), other: &(String, String)| {
        is(own, &other.0) && is(to, &other.1)
    };
    let leads = link.columns.last();
    let is_further = |pair: &&(String, String)| !link.columns.iter().any(|of| is_of(pair, of));
    let is_filled = |(own, _): &(String, String)| {
        let mut columns = table.columns.iter();
        columns.any(|column| is(&column.name, own) && !column.nullable)
    };
    (held.from, held.to) == (link.from, link.to)
        && leads.is_some_and(|leads| held.columns.iter().any(|pair| is_of(pair, leads)))
        && held.columns.iter().filter(is_further).all(is_filled)
}

fn columns(declared: &Declared, reference: &Reference, target: &Declared) -> Vec<(String, String)> {
    let pair = |own: &str, to: &str| (own.to_owned(), to.to_owned());
    let key = target.key().unwrap_or_default();
    let mut columns = vec![pair(reference.column, key)];
    if let (Some(own), Some(to)) = (declared.tenant_column(), target.tenant_column())
        && to != key
    {
        columns.insert(0, pair(own, to));
    }
    columns
}
