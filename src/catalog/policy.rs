//! The conditions that PostgreSQL's row security puts to each row.

use super::declared::{Declared, KeyType, Owner, WithoutOwner};
use super::name::quote;

/// The tenant that the connection was told. An unset setting is NULL, one that was set in a
/// transaction before is the empty text: both are nobody's.
const TOLD: &str = "nullif(current_setting('tenancy.tenant_id', true), '')";

/// For reading, or for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

/// The condition under which a row of the table is the tenant's to use.
pub(super) fn condition(table: &Declared, to: Use) -> String {
    on(table, &quote(table.name.table()), 1, to)
}

/// The condition on the row that is called `row` in the query.
fn on(table: &Declared, row: &str, depth: usize, to: Use) -> String {
    match &table.owner {
        Owner::Global if to == Use::Read => "true".to_owned(),
        Owner::Global => "false".to_owned(),
        Owner::Tenant {
            column,
            key,
            without,
            ..
        } => {
            let column = format!("{row}.{}", quote(column));
            let own = format!("{column} = {}", told_as(*key));
            if *without == WithoutOwner::Shown && to == Use::Read {
                format!("({own} OR {column} IS NULL)")
            } else {
                own
            }
        }
        Owner::Parent(reference) => {
            let parent = reference.declared();
            let alias = format!("tenancy_{depth}");
            let key = parent.key().unwrap_or_default();
            format!(
                "EXISTS (SELECT 1 FROM {} {alias} WHERE {alias}.{} = {row}.{} AND {})",
                parent.name.quoted(),
                quote(key),
                quote(reference.column),
                on(&parent, &alias, depth + 1, to)
            )
        }
    }
}

/// The cast is on the setting's side, so that an index on the column serves.
fn told_as(key: KeyType) -> String {
    match key {
        KeyType::Integer => format!("{TOLD}::integer"),
        KeyType::BigInt => format!("{TOLD}::bigint"),
        KeyType::Id128 => format!("{TOLD}::uuid"),
        KeyType::Text => TOLD.to_owned(),
    }
}
