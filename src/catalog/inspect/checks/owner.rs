//! The column that says whose a row is: it is there, never NULL, and exact.

use super::super::super::declared::{Declared, KeyType, Owner, Reference, WithoutOwner};
use super::super::finding::{Check, Finding};
use super::super::schema::{Column, Dialect, Schema, Table};
use super::mend;

pub(super) fn check(schema: &Schema, declared: &Declared, table: &Table) -> Vec<Finding> {
    let Some(name) = declared.owner_column() else {
        return Vec::new();
    };
    let Some(column) = table.column(name) else {
        return vec![
            Finding::error(Check::MissingColumn, format!("has no column {name}"))
                .on(&declared.name),
        ];
    };
    let mut findings = missing(declared, table);
    findings.extend(match &declared.owner {
        Owner::Global => Vec::new(),
        Owner::Tenant { key, without, .. } => tenant(schema, table, column, *key, *without),
        Owner::Parent(parent) => below(schema, table, column, parent),
    });
    findings
        .into_iter()
        .map(|found| found.on(&declared.name))
        .collect()
}

/// The other columns that the catalog knows of.
fn missing(declared: &Declared, table: &Table) -> Vec<Finding> {
    let references = declared.references.iter().map(|reference| reference.column);
    let known = declared.primary_key.iter().copied().chain(references);
    let missing = known.filter(|column| table.column(column).is_none());
    missing
        .map(|column| Finding::error(Check::MissingColumn, format!("has no column {column}")))
        .collect()
}

fn tenant(
    schema: &Schema,
    table: &Table,
    column: &Column,
    key: KeyType,
    without: WithoutOwner,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if without == WithoutOwner::Impossible {
        findings.extend(nullable(schema, table, column));
    }
    if !fits(schema.dialect, key, &column.type_name) {
        let shown = if column.type_name.is_empty() {
            "none"
        } else {
            &column.type_name
        };
        let problem = format!(
            "{} has the type {shown}, and the key is {}",
            column.name,
            told(key)
        );
        let mend = mend::retype(schema, table, column, key);
        findings.push(Finding::error(Check::KeyType, problem).mended_by(mend));
    }
    if let Some(how) = &column.loose {
        let problem = format!("{} is compared loosely: {how}", column.name);
        let mend = mend::exact(schema, table, column);
        findings.push(Finding::error(Check::LooseKey, problem).mended_by(mend));
    }
    findings
}

fn nullable(schema: &Schema, table: &Table, column: &Column) -> Option<Finding> {
    column.nullable.then(|| {
        Finding::error(Check::NullableOwner, format!("{} takes NULL", column.name))
            .mended_by(mend::not_null(schema, table, column))
    })
}

fn below(schema: &Schema, table: &Table, column: &Column, parent: &Reference) -> Vec<Finding> {
    let to = parent.declared();
    let mut findings: Vec<Finding> = nullable(schema, table, column).into_iter().collect();
    let key = to.key().unwrap_or_default();
    let target = schema.find(&to.name);
    let mut references = table.references.iter();
    let led = references.any(|reference| {
        target.is_some_and(|target| target.id == reference.target)
            && reference.pairs(&column.name, key)
    });
    if !led {
        let problem = format!("{} has no foreign key to {} ({key})", column.name, to.name);
        let mend = target.and_then(|target| {
            mend::reference(schema, table, None, &[&column.name], target, &[key])
        });
        findings.push(Finding::error(Check::MissingForeignKey, problem).mended_by(mend));
    }
    findings
}

fn told(key: KeyType) -> &'static str {
    match key {
        KeyType::Integer => "an integer of 32 bits",
        KeyType::BigInt => "an integer of 64 bits",
        KeyType::Text => "text",
        KeyType::Id128 => "a UUID",
    }
}

/// Whether a column of this type holds and compares such keys as they are.
pub(crate) fn fits(dialect: Dialect, key: KeyType, type_name: &str) -> bool {
    let name = type_name.to_ascii_lowercase();
    let bare = name.split('(').next().unwrap_or_default().trim_end();
    match dialect {
        Dialect::Postgres => match key {
            KeyType::Integer => bare == "integer",
            KeyType::BigInt => bare == "bigint",
            KeyType::Text => matches!(bare, "text" | "character varying"),
            KeyType::Id128 => bare == "uuid",
        },
        // A key can be negative, and a foreign key takes no other sign.
        Dialect::Mysql => match key {
            KeyType::Integer => bare == "int" && !name.contains("unsigned"),
            KeyType::BigInt => bare == "bigint" && !name.contains("unsigned"),
            KeyType::Text => bare.ends_with("text") || matches!(bare, "varchar" | "varbinary"),
            KeyType::Id128 => matches!(name.as_str(), "uuid" | "binary(16)"),
        },
        Dialect::Sqlite => match key {
            KeyType::Integer | KeyType::BigInt => {
                !matches!(affinity(&name), Affinity::Text | Affinity::Real)
            }
            KeyType::Text => matches!(affinity(&name), Affinity::Text | Affinity::Blob),
            KeyType::Id128 => affinity(&name) == Affinity::Blob,
        },
    }
}

/// Whether a column of this type holds bytes as they are.
pub(super) fn holds_bytes(dialect: Dialect, type_name: &str) -> bool {
    let name = type_name.to_ascii_lowercase();
    match dialect {
        Dialect::Postgres => name == "bytea",
        Dialect::Mysql => name.contains("binary") || name.contains("blob"),
        Dialect::Sqlite => affinity(&name) == Affinity::Blob,
    }
}

/// What SQLite makes of a value in a column (datatype3, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

fn affinity(declared: &str) -> Affinity {
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["int"]) {
        Affinity::Integer
    } else if has(&["char", "clob", "text"]) {
        Affinity::Text
    } else if has(&["blob"]) || declared.is_empty() || declared == "any" {
        Affinity::Blob
    } else if has(&["real", "floa", "doub"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_converts_keys_does_not_fit() {
        use Dialect::{Mysql, Postgres, Sqlite};
        use KeyType::{BigInt, Id128, Integer, Text};
        for (dialect, key, good, bad) in [
            (Postgres, Integer, "integer", "bigint"),
            (Postgres, BigInt, "bigint", "numeric(20,0)"),
            (Postgres, Text, "character varying(20)", "character(20)"),
            (Postgres, Text, "text", "citext"),
            (Postgres, Id128, "uuid", "text"),
            (Mysql, BigInt, "bigint(20)", "int(11)"),
            (Mysql, BigInt, "bigint", "bigint(20) unsigned"),
            (Mysql, Integer, "int(11)", "int unsigned"),
            (Mysql, Text, "varchar(20)", "char(20)"),
            (Mysql, Id128, "binary(16)", "char(36)"),
            (Sqlite, BigInt, "BIGINT", "REAL"),
            (Sqlite, Integer, "INTEGER", "TEXT"),
            (Sqlite, Text, "VARCHAR(20)", "STRING"),
            (Sqlite, Id128, "BLOB", "UUID"),
        ] {
            assert!(fits(dialect, key, good), "{good} of {dialect:?}");
            assert!(!fits(dialect, key, bad), "{bad} of {dialect:?}");
        }
    }
}
