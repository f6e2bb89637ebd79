//! Whether the catalog and the database have the same tables.

use std::collections::HashSet;

use super::super::super::{Catalog, Declared, Owner};
use super::super::finding::{Check, Finding};
use super::super::schema::{Dialect, Kind, Schema, Table};

/// What diesel keeps its migrations in.
const OF_DIESEL: &str = "__diesel_schema_migrations";

pub(super) fn check(catalog: &Catalog, schema: &Schema) -> Vec<Finding> {
    let declared = catalog.tables().iter();
    let gone = declared.filter_map(|declared| absent(schema, declared));
    let tables = schema.tables.iter();
    let unknown = tables.filter_map(|table| undeclared(catalog, schema, table));
    let somebodys = schema.declared(catalog).filter_map(|(declared, table)| {
        matches!(declared.owner, Owner::Global)
            .then(|| somebodys(catalog, table))
            .flatten()
    });
    gone.chain(unknown).chain(somebodys).collect()
}

/// Of a table that everybody reads.
fn somebodys(catalog: &Catalog, table: &Table) -> Option<Finding> {
    let mut columns = table.columns.iter();
    let tenants = tenants(catalog);
    let column = columns.find(|column| tenants.contains(column.name.as_str()))?;
    let problem = format!("is global, and has a column {}", column.name);
    Some(Finding::error(Check::GlobalColumn, problem).on(table.shown()))
}

fn absent(schema: &Schema, declared: &Declared) -> Option<Finding> {
    let finding = match schema.find(&declared.name).map(|table| table.kind) {
        None => Finding::error(
            Check::MissingTable,
            "is in the catalog, and there is no such table that this connection can see",
        ),
        Some(Kind::View) => Finding::error(Check::NotATable, "is in the catalog, and is a view"),
        Some(Kind::Table | Kind::Part) => return None,
    };
    Some(finding.on(&declared.name))
}

fn undeclared(catalog: &Catalog, schema: &Schema, table: &Table) -> Option<Finding> {
    if schema.declaration(catalog, &table.id).is_some() || table.name == OF_DIESEL {
        return None;
    }
    let finding = match table.kind {
        Kind::Part => return None,
        // PostgreSQL says which views matter.
        Kind::View if schema.dialect == Dialect::Postgres => return None,
        Kind::View => Finding::warning(Check::UndeclaredView, "is a view that no model declares"),
        Kind::Table => match tenants(catalog)
            .into_iter()
            .find(|name| table.column(name).is_some())
        {
            Some(column) => Finding::error(
                Check::UndeclaredTable,
                format!("no model declares it, and it has a column {column}"),
            ),
            None => Finding::warning(Check::UndeclaredTable, "no model declares it"),
        },
    };
    Some(finding.on(table.shown()))
}

/// The names that tenants' columns have. The key of the tenants' own table is not one: it
/// is called like every other key.
pub(in super::super) fn tenants(catalog: &Catalog) -> HashSet<&'static str> {
    let tables = catalog.tables().iter();
    let beside_key = tables.filter(|table| table.tenant_column() != table.key());
    beside_key.filter_map(Declared::tenant_column).collect()
}
