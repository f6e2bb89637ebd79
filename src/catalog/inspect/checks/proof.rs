//! The column that proves a credential: there, never NULL, exact, and found by an index.

use super::super::super::declared::{Declared, KeyType, ProofType};
use super::super::finding::{Check, Finding};
use super::super::schema::{Schema, Table};
use super::{mend, owner};

pub(super) fn check(schema: &Schema, declared: &Declared, table: &Table) -> Vec<Finding> {
    let Some(proof) = declared.proof else {
        return Vec::new();
    };
    let name = proof.column;
    let Some(column) = table.column(name) else {
        let problem = format!("has no column {name}");
        return vec![Finding::error(Check::MissingColumn, problem).on(&declared.name)];
    };
    let mut findings = Vec::new();
    if column.nullable {
        findings.push(
            Finding::error(Check::ProofColumn, format!("{name} takes NULL"))
                .mended_by(mend::not_null(schema, table, column)),
        );
    }
    let fits = match proof.holds {
        ProofType::Id128 => owner::fits(schema.dialect, KeyType::Id128, &column.type_name),
        ProofType::Text => owner::fits(schema.dialect, KeyType::Text, &column.type_name),
        ProofType::Binary => owner::holds_bytes(schema.dialect, &column.type_name),
    };
    if !fits {
        let problem = format!("{name} has the type {}, and proves", column.type_name);
        let problem = match proof.holds {
            ProofType::Id128 => format!("{problem} by a UUID"),
            ProofType::Text => format!("{problem} by a text"),
            ProofType::Binary => format!("{problem} by bytes"),
        };
        findings.push(Finding::error(Check::ProofColumn, problem));
    }
    if let Some(how) = &column.loose {
        let problem = format!("{name} is compared loosely: {how}");
        let mend = mend::exact(schema, table, column);
        findings.push(Finding::error(Check::ProofColumn, problem).mended_by(mend));
    }
    let mut indexes = table.indexes.iter();
    if !indexes.any(|index| index.begins_with(name) && !index.partial) {
        findings.push(
            Finding::warning(Check::MissingIndex, format!("no index begins with {name}"))
                .mended_by(mend::index(schema, table, name)),
        );
    }
    let on_table = |found: Finding| found.on(&declared.name);
    findings.into_iter().map(on_table).collect()
}
