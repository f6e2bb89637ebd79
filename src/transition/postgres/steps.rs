//! The steps on PostgreSQL.

use diesel::PgConnection;

use super::super::connection::Transitions;
use super::super::plan::{Planned, Seen, Wanted};
use crate::catalog::quote;

pub(super) fn steps(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let mut steps = column(wanted, seen);
    steps.extend(index(wanted, seen));
    let is_given = match &seen.column {
        None => true,
        Some(column) => {
            column.gives_owner || (column.default.is_none() && is_to_be_required(wanted, seen))
        }
    };
    if !wanted.has_ids() && is_given {
        steps.push(alter(
            wanted,
            format!("no default of {}", wanted.column),
            &format!("ALTER COLUMN {} DROP DEFAULT", quote(wanted.column)),
        ));
    }
    steps
}

pub(super) fn steps_back(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let mut steps = Vec::new();
    for name in &seen.indexes {
        steps.push(drop_index(seen, name));
    }
    if seen.column.is_some() {
        steps.push(super::super::drop_column::<PgConnection>(wanted));
    }
    steps
}

/// Whether the column is still to become NOT NULL.
fn is_to_be_required(wanted: &Wanted, seen: &Seen) -> bool {
    let nullable = seen.column.as_ref().is_some_and(|column| column.nullable);
    nullable && !wanted.takes_null
}

fn column(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let name = quote(wanted.column);
    let default = match wanted.owner() {
        Some(owner) => PgConnection::literal(owner, ""),
        None => "gen_random_uuid()".to_owned(),
    };
    let mut steps = Vec::new();
    match (&seen.column, wanted.owner()) {
        // The default is that of new rows only.
        (None, None) => steps.push(alter(
            wanted,
            format!("column {}, with a default for new rows", wanted.column),
            &format!(
                "ADD COLUMN {name} {}, ALTER COLUMN {name} SET DEFAULT {default}",
                seen.new_type
            ),
        )),
        // A constant is that of the rows that are there, too, and none of them is written.
        (None, Some(_)) => {
            let required = if wanted.takes_null { "" } else { " NOT NULL" };
            steps.push(alter(
                wanted,
                format!("column {}, with the owner as its default", wanted.column),
                &format!(
                    "ADD COLUMN {name} {}{required} DEFAULT {default}",
                    seen.new_type
                ),
            ));
            return steps;
        }
        (Some(column), _) if column.default.is_none() && is_to_be_required(wanted, seen) => {
            steps.push(alter(
                wanted,
                format!("default of {} for new rows", wanted.column),
                &format!("ALTER COLUMN {name} SET DEFAULT {default}"),
            ));
        }
        (Some(_), _) => {}
    }
    steps.extend(required(wanted, seen));
    steps
}

/// NOT NULL by way of a check: rows are read for it without a lock that keeps others from writing.
fn required(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let (column, name) = (wanted.column, quote(wanted.column));
    let check = quote(&check(wanted));
    let mut steps = Vec::new();
    if seen.column.is_none() || is_to_be_required(wanted, seen) {
        if wanted.is_to_fill(seen) {
            steps.push(super::super::filling::<PgConnection>(wanted));
        }
        if seen.check.is_none() {
            steps.push(alter(
                wanted,
                format!("check of {column} for new rows"),
                &format!("ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID"),
            ));
        }
        if seen.check != Some(true) {
            steps.push(alter(
                wanted,
                format!("check of {column} for all rows"),
                &format!("VALIDATE CONSTRAINT {check}"),
            ));
        }
        steps.push(alter(
            wanted,
            format!("{column} NOT NULL"),
            &format!("ALTER COLUMN {name} SET NOT NULL"),
        ));
    } else if seen.check.is_none() {
        return steps;
    }
    steps.push(alter(
        wanted,
        format!("no check of {column}"),
        &format!("DROP CONSTRAINT {check}"),
    ));
    steps
}

/// An index of a table with partitions cannot be made beside writes.
fn index(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let Some(index) = wanted.index.as_ref().filter(|_| !seen.has_index) else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    if seen.half_made {
        steps.push(drop_index(seen, &index.name));
    }
    let columns: Vec<String> = index.columns.iter().map(|column| quote(column)).collect();
    let sql = format!(
        "CREATE {}INDEX {}{} ON {} ({})",
        if wanted.is_unique(seen) {
            "UNIQUE "
        } else {
            ""
        },
        if seen.in_parts { "" } else { "CONCURRENTLY " },
        quote(&index.name),
        PgConnection::table(&wanted.table),
        columns.join(", ")
    );
    steps.push(Planned::alone(wanted.index_told(seen), sql));
    steps
}

fn drop_index(seen: &Seen, name: &str) -> Planned {
    let beside = if seen.in_parts { "" } else { "CONCURRENTLY " };
    Planned::alone(
        format!("no index {name}"),
        format!("DROP INDEX {beside}{}.{}", quote(&seen.schema), quote(name)),
    )
}

fn alter(wanted: &Wanted, what: String, change: &str) -> Planned {
    let table = PgConnection::table(&wanted.table);
    Planned::alone(what, format!("ALTER TABLE {table} {change}"))
}

pub(super) fn check(wanted: &Wanted) -> String {
    wanted.named("_tenancy_set")
}
