//! Foreign keys that stay within a tenant.

use super::super::super::Catalog;
use super::super::super::declared::{Declared, Owner, WithoutOwner};
use super::super::finding::{Check, Finding};
use super::super::schema::{ForeignKey, Schema, Table};
use super::mend;

pub(super) fn check(
    catalog: &Catalog,
    schema: &Schema,
    declared: &Declared,
    table: &Table,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut crossed = Vec::new();
    for reference in &table.references {
        findings.extend(emptied(schema, declared, table, reference));
        let target = schema.by_id(&reference.target);
        let to = schema.declaration(catalog, &reference.target);
        if let (Some(target), Some(to)) = (target, to) {
            let crosses = crossing(schema, declared, table, reference, (target, to));
            crossed.extend(crosses.is_some().then_some(reference));
            findings.extend(crosses);
        }
    }
    findings.extend(missing(schema, declared, table, &crossed));
    findings
        .into_iter()
        .map(|found| found.on(&declared.name))
        .collect()
}

pub(in super::super) fn emptied(
    schema: &Schema,
    declared: &Declared,
    table: &Table,
    reference: &ForeignKey,
) -> Option<Finding> {
    let owner = declared.owner_column()?;
    let mut columns = reference.columns.iter();
    columns
        .any(|pair| pair.column == owner && pair.emptied)
        .then(|| {
            let problem = format!("the foreign key {} can empty {owner}", named(reference));
            let target = schema.by_id(&reference.target);
            let mend = target.and_then(|target| {
                mend::reference(
                    schema,
                    table,
                    Some(reference),
                    &reference.own(),
                    target,
                    &reference.targets(),
                )
            });
            Finding::error(Check::EmptiedOwner, problem).mended_by(mend)
        })
}

/// A foreign key that can lead from one tenant's row to another's.
pub(in super::super) fn crossing(
    schema: &Schema,
    declared: &Declared,
    table: &Table,
    reference: &ForeignKey,
    (target, to): (&Table, &Declared),
) -> Option<Finding> {
    let is_global = |of: &Declared| matches!(of.owner, Owner::Global);
    if is_global(to) || leads_to_parent(declared, to, reference) {
        return None;
    }
    let problem = format!("the foreign key {} to {} ", named(reference), to.name);
    if is_global(declared) {
        let problem = problem + "leads from everybody's rows to a tenant's";
        return Some(Finding::warning(Check::ForeignKey, problem));
    }
    let (Some(own), Some(theirs)) = (declared.tenant_column(), to.tenant_column()) else {
        let problem = problem + "is held within a tenant by no column";
        return Some(Finding::warning(Check::ForeignKey, problem));
    };
    if reference.pairs(own, theirs) {
        return None;
    }
    let problem = problem + &format!("does not pair {own} with {theirs}");
    if may_lead_out(to) || is_covered(table, reference, own, theirs) {
        return Some(Finding::warning(Check::ForeignKey, problem));
    }
    let mend = paired(reference, own, theirs).and_then(|(columns, keys)| {
        mend::reference(schema, table, Some(reference), &columns, target, &keys)
    });
    Some(Finding::error(Check::ForeignKey, problem).mended_by(mend))
}

/// The columns of the foreign key and those that it leads to, the tenants' first and once.
fn paired<'a>(
    reference: &'a ForeignKey,
    own: &'a str,
    theirs: &'a str,
) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    let behind = |first: &'a str, all: Vec<&'a str>| {
        let others = all.into_iter().filter(move |column| *column != first);
        [first].into_iter().chain(others).collect::<Vec<_>>()
    };
    let columns = behind(own, reference.own());
    let keys = behind(theirs, reference.targets());
    (columns.len() == keys.len() && columns.len() > 1).then_some((columns, keys))
}

fn leads_to_parent(declared: &Declared, to: &Declared, reference: &ForeignKey) -> bool {
    match &declared.owner {
        Owner::Parent(parent) => parent.declared().name == to.name && reference.has(parent.column),
        Owner::Global | Owner::Tenant { .. } => false,
    }
}

/// Rows of everybody have no tenant to pair, and a tenant may be named by another one.
fn may_lead_out(to: &Declared) -> bool {
    let of_tenants = to.tenant_column() == to.key();
    let of_everybody = matches!(
        to.owner,
        Owner::Tenant {
            without: WithoutOwner::Shown,
            ..
        }
    );
    of_tenants || of_everybody
}

/// Whether another foreign key leads the same way, and pairs the tenants.
fn is_covered(table: &Table, reference: &ForeignKey, own: &str, theirs: &str) -> bool {
    let mut others = table.references.iter();
    others.any(|other| {
        other.target == reference.target
            && other.pairs(own, theirs)
            && reference
                .columns
                .iter()
                .all(|pair| other.pairs(&pair.column, &pair.target))
    })
}

/// The references of the model that no foreign key holds, nor one that was found already.
fn missing(
    schema: &Schema,
    declared: &Declared,
    table: &Table,
    crossed: &[&ForeignKey],
) -> Vec<Finding> {
    let is_found = |column, to: &Table| {
        let mut crossed = crossed.iter();
        crossed.any(|of| to.id == of.target && of.has(column))
    };
    let held = |column, to: Option<(&Table, Option<&str>)>| {
        let mut references = table.references.iter();
        references.any(|of| match to {
            Some((to, Some(key))) => to.id == of.target && of.pairs(column, key),
            Some((to, None)) => to.id == of.target && of.has(column),
            None => of.has(column),
        })
    };
    let references = declared.references.iter();
    let loose = references.filter(|reference| {
        let to = reference.declared();
        let table = schema.find(&to.name);
        !held(reference.column, table.map(|table| (table, to.key())))
            && !table.is_some_and(|table| is_found(reference.column, table))
    });
    loose
        .map(|reference| {
            let to = reference.declared();
            let mend = schema.find(&to.name).and_then(|target| {
                let (own, theirs) = (declared.tenant_column()?, to.tenant_column()?);
                let (columns, keys) = ([own, reference.column], [theirs, to.key()?]);
                mend::reference(schema, table, None, &columns, target, &keys)
            });
            let problem = format!("{} has no foreign key to {}", reference.column, to.name);
            Finding::error(Check::MissingForeignKey, problem).mended_by(mend)
        })
        .collect()
}

pub(super) fn named(reference: &ForeignKey) -> String {
    let columns = format!("({})", reference.own().join(", "));
    match &reference.name {
        Some(name) => format!("{name} {columns}"),
        None => columns,
    }
}
