//! What keeps a table of a distributed catalog from being distributed. An engine such as Citus
//! takes keys, references and types that hold within the rows of one tenant.

use super::super::super::Catalog;
use super::super::super::declared::Declared;
use super::super::super::protection::distributed::primary_key;
use super::super::finding::{Check, Finding, Severity};
use super::super::schema::{ForeignKey, Index, Schema, Table};
use super::{keys, mend, references};

/// Adds what would not distribute to what was found, in place of what is only doubtful else.
pub(in super::super) fn add(catalog: &Catalog, schema: &Schema, findings: &mut Vec<Finding>) {
    findings.retain(|found| {
        let is_doubt = matches!(found.check, Check::UniqueKey | Check::ForeignKey)
            && found.severity != Severity::Error;
        !is_doubt
    });
    for (declared, table) in schema.declared(catalog) {
        let owner = declared.owner_column();
        if owner.is_some_and(|owner| table.column(owner).is_none()) {
            continue;
        }
        let keys = owner.into_iter().flat_map(|owner| {
            let unique = table.indexes.iter().filter(|index| index.unique);
            unique.filter_map(move |index| key(schema, declared, table, owner, index))
        });
        let references = table
            .references
            .iter()
            .filter_map(|of| reference(catalog, schema, declared, table, of));
        let all = keys
            .chain(references)
            .chain(differing(catalog, schema, declared, table));
        findings.extend(all.map(|found| found.on(&declared.name)));
    }
}

fn key(
    schema: &Schema,
    declared: &Declared,
    table: &Table,
    owner: &str,
    index: &Index,
) -> Option<Finding> {
    if index.primary {
        return (!index.begins_with(owner)).then(|| {
            let problem = format!(
                "the primary key {} does not begin with {owner}",
                index.shown()
            );
            Finding::error(Check::DistributedKey, problem)
                .mended_by(primary_key(declared).map(|step| step.up))
        });
    }
    let is_told = keys::unique_key(schema, declared, table, owner, index)
        .is_some_and(|found| found.severity == Severity::Error);
    if index.has(owner) || is_told {
        return None;
    }
    let problem = format!("the unique key {} is without {owner}", keys::named(index));
    let mended = if declared.tenant_column() == declared.key() {
        // A name of a tenant is unique among all tenants, or not at all.
        mend::without_index(schema, table, index)
    } else {
        mend::unique_key(schema, table, index, owner)
            .unwrap_or_else(|| mend::without_index(schema, table, index))
    };
    Some(Finding::error(Check::DistributedKey, problem).mended_by(mended))
}

fn reference(
    catalog: &Catalog,
    schema: &Schema,
    declared: &Declared,
    table: &Table,
    reference: &ForeignKey,
) -> Option<Finding> {
    let target = schema.by_id(&reference.target)?;
    let crossing = schema
        .declaration(catalog, &reference.target)
        .and_then(|to| references::crossing(schema, declared, table, reference, (target, to)));
    if let Some(crossing) = crossing {
        let is_told = crossing.severity == Severity::Error;
        let dropped = mend::without_reference(schema, table, reference);
        return (!is_told).then(|| {
            Finding::error(Check::DistributedReference, crossing.problem).mended_by(dropped)
        });
    }
    if !reference.sets || references::emptied(schema, declared, table, reference).is_some() {
        return None;
    }
    let problem = format!(
        "the foreign key {} sets columns when a row goes",
        references::named(reference)
    );
    let mended = mend::reference(
        schema,
        table,
        Some(reference),
        &reference.own(),
        target,
        &reference.targets(),
    );
    Some(Finding::error(Check::DistributedReference, problem).mended_by(mended))
}

/// Rows of a tenant are found by the value and its type.
fn differing(
    catalog: &Catalog,
    schema: &Schema,
    declared: &Declared,
    table: &Table,
) -> Option<Finding> {
    let root = catalog.root()?;
    let of_root = schema.find(&root.name)?.column(root.tenant_column()?)?;
    let column = table.column(declared.tenant_column()?)?;
    let (own, theirs) = (&column.type_name, &of_root.type_name);
    (own != theirs).then(|| {
        let problem = format!(
            "{} has the type {own}, and that of {} is {theirs}",
            column.name, root.name
        );
        Finding::error(Check::DistributedType, problem)
            .mended_by(mend::retyped_as(schema, table, column, theirs))
    })
}
