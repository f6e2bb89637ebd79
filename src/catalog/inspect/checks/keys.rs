//! Unique keys with the owner in them, and an index that begins with the owner.

use super::super::super::Declared;
use super::super::finding::{Check, Finding, Severity};
use super::super::schema::{Column, Index, Schema, Table};
use super::mend;

pub(super) fn check(schema: &Schema, declared: &Declared, table: &Table) -> Vec<Finding> {
    let Some(owner) = declared.owner_column() else {
        return Vec::new();
    };
    let unique = table.indexes.iter().filter(|index| index.unique);
    let mut findings: Vec<Finding> = unique
        .filter_map(|index| unique_key(schema, declared, table, owner, index))
        .collect();
    let mut indexes = table.indexes.iter();
    if !indexes.any(|index| index.begins_with(owner) && !index.partial) {
        findings.push(
            Finding::warning(Check::MissingIndex, format!("no index begins with {owner}"))
                .mended_by(mend::index(schema, table, owner)),
        );
    }
    findings
        .into_iter()
        .map(|found| found.on(&declared.name))
        .collect()
}

pub(in super::super) fn unique_key(
    schema: &Schema,
    declared: &Declared,
    table: &Table,
    owner: &str,
    index: &Index,
) -> Option<Finding> {
    if index.begins_with(owner) {
        return None;
    }
    if index.has(owner) {
        let problem = format!(
            "the unique key {} does not begin with {owner}",
            named(index)
        );
        return Some(
            Finding::warning(Check::UniqueKeyOrder, problem)
                .mended_by(mend::unique_key(schema, table, index, owner)),
        );
    }
    if index.primary {
        return primary_key(declared, table, index);
    }
    if index.is_of_rows_without(owner) {
        return None; // No tenant writes such a row, and so none learns of another's.
    }
    let proof = declared.proof.map(|proof| proof.column);
    if proof.is_some() && proof == sole(table, index).map(|column| column.name.as_str()) {
        return None; // Nobody guesses a digest.
    }
    if declared.public_id.is_some() && declared.public_id == sole_name(index) {
        return None; // The library makes it, and nobody guesses it.
    }
    if has_primary_key(table, index) {
        return None; // It refuses nothing that the primary key does not.
    }
    let problem = format!("the unique key {} is without {owner}", named(index));
    let finding = Finding::new(severity(declared, table, index), Check::UniqueKey, problem);
    let of_tenants = declared.tenant_column() == declared.key();
    Some(if of_tenants {
        finding
    } else {
        finding.mended_by(mend::unique_key(schema, table, index, owner))
    })
}

/// A name of a tenant cannot be unique within the tenant; a UUID is not guessed.
fn severity(declared: &Declared, table: &Table, index: &Index) -> Severity {
    if declared.tenant_column() == declared.key() {
        Severity::Note
    } else if sole(table, index).is_some_and(is_uuid) {
        Severity::Warning
    } else {
        Severity::Error
    }
}

/// A key of one column that the database or the library makes tells nothing, nor does a UUID.
fn primary_key(declared: &Declared, table: &Table, index: &Index) -> Option<Finding> {
    if declared.text_id.is_some() && declared.text_id == sole_name(index) {
        return None;
    }
    let problem = format!(
        "the primary key {} is not made by the database",
        index.shown()
    );
    match sole(table, index) {
        Some(column) if column.made || is_uuid(column) => None,
        Some(column) if !is_number(column) => Some(Finding::warning(Check::PrimaryKey, problem)),
        _ => Some(Finding::error(Check::PrimaryKey, problem)),
    }
}

fn sole_name(index: &Index) -> Option<&str> {
    match index.columns.as_slice() {
        [Some(name)] => Some(name),
        _ => None,
    }
}

/// The only column of a key.
fn sole<'a>(table: &'a Table, index: &Index) -> Option<&'a Column> {
    match index.columns.as_slice() {
        [Some(name)] => table.column(name),
        _ => None,
    }
}

fn is_uuid(column: &Column) -> bool {
    let name = column.type_name.to_ascii_lowercase();
    matches!(name.as_str(), "uuid" | "binary(16)" | "blob")
}

fn is_number(column: &Column) -> bool {
    let name = column.type_name.to_ascii_lowercase();
    ["int", "serial", "num", "dec"]
        .iter()
        .any(|word| name.contains(word))
}

fn has_primary_key(table: &Table, index: &Index) -> bool {
    let mut primary = table.indexes.iter().filter(|other| other.primary);
    primary.any(|primary| {
        let mut columns = primary.columns.iter().flatten();
        columns.all(|column| index.has(column))
    })
}

pub(super) fn named(index: &Index) -> String {
    format!("{} {}", index.name, index.shown())
}
