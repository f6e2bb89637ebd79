//! The checks that all backends have.

#[cfg(feature = "postgres")]
pub(super) mod distribution;
pub(super) mod keys;
mod mend;
mod owner;
mod proof;
pub(super) mod references;
pub(super) mod tables;

pub(crate) use owner::fits;

use super::super::Catalog;
use super::finding::{Check, Finding};
use super::schema::Schema;

pub(super) fn all(catalog: &Catalog, schema: &Schema) -> Vec<Finding> {
    let mut findings = tables::check(catalog, schema);
    // Beside the library's own tables the catalog is refused.
    findings.extend(
        catalog
            .shared_kind()
            .map(|(table, problem)| Finding::warning(Check::SharedKind, problem).on(&table.name)),
    );
    for (declared, table) in schema.declared(catalog) {
        let first = findings.len();
        findings.extend(owner::check(schema, declared, table));
        let owner = declared.owner_column();
        if owner.is_some_and(|owner| table.column(owner).is_none()) {
            continue;
        }
        findings.extend(keys::check(schema, declared, table));
        findings.extend(proof::check(schema, declared, table));
        findings.extend(references::check(catalog, schema, declared, table));
        // A column that a foreign key empties takes no NOT NULL until that is mended.
        findings[first..].sort_by_key(|found| found.check != Check::EmptiedOwner);
    }
    findings
}
