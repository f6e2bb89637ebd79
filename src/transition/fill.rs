//! The rows, in batches: each one transaction, in the order of the primary key.

use std::ops::ControlFlow;

use super::Transitions;
use super::plan::{Seen, Value, Wanted};
use crate::catalog::{Declared, KeyType};
use crate::clock::Clock;
use crate::error::Result;
use crate::id::IdSource;

/// Where a batch begins and ends: the key of the last row before it, and its own last one.
pub(super) struct Range<'a> {
    pub(super) after: Option<&'a [String]>,
    pub(super) last: &'a [String],
}

/// How rows are filled, and how many at once.
#[derive(Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) ids: &'a dyn IdSource,
    pub(super) clock: &'a dyn Clock,
    pub(super) rows: u32,
}

/// Rows that are to be changed, told by a condition that holds no more when they are.
pub(super) struct Pending<'a> {
    pub(super) table: &'a Declared,
    pub(super) keys: &'a [(&'static str, String)],
    pub(super) condition: String,
}

/// Goes once through all rows. Says how many it changed, and whether it was stopped.
pub(super) fn pass<C: Transitions>(
    conn: &mut C,
    pending: &Pending<'_>,
    rows: u32,
    mut change: impl FnMut(&mut C, &[Vec<String>], &Range<'_>) -> Result<()>,
    mut told: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let mut after: Option<Vec<String>> = None;
    loop {
        let found = conn.together(|conn| {
            let found = next::<C>(conn, pending, after.as_deref(), rows)?;
            if let Some(last) = found.last() {
                let range = Range {
                    after: after.as_deref(),
                    last,
                };
                change(conn, &found, &range)?;
            }
            Ok(found)
        })?;
        let count = found.len();
        if count == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        if told(count as u64).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if count < rows as usize {
            return Ok(ControlFlow::Continue(()));
        }
        after = found.into_iter().last();
    }
}

/// The keys of the next rows, which are locked.
fn next<C: Transitions>(
    conn: &mut C,
    pending: &Pending<'_>,
    after: Option<&[String]>,
    rows: u32,
) -> Result<Vec<Vec<String>>> {
    let keys = pending.keys;
    let values: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(at, (name, type_name))| format!("{} AS k{at}", C::value(&C::quote(name), type_name)))
        .collect();
    let order: Vec<String> = keys.iter().map(|(name, _)| C::quote(name)).collect();
    let beyond = after.map(|after| format!(" AND {}", compared::<C>(keys, after, '>', false)));
    let sql = format!(
        "SELECT {} FROM {} WHERE {}{} ORDER BY {} LIMIT {rows}{}",
        values.join(", "),
        C::table(pending.table),
        pending.condition,
        beyond.unwrap_or_default(),
        order.join(", "),
        C::LOCKS
    );
    let found = conn.ask(&sql)?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// Whether a key stands behind another one, or before it. Written out, so that each database
/// finds the place in its index.
fn compared<C: Transitions>(
    keys: &[(&'static str, String)],
    values: &[String],
    sign: char,
    or_same: bool,
) -> String {
    let Some(((name, _), value)) = keys.first().zip(values.first()) else {
        return if or_same { "1 = 1" } else { "1 = 0" }.to_owned();
    };
    let name = C::quote(name);
    if keys.len() == 1 {
        let same = if or_same { "=" } else { "" };
        return format!("{name} {sign}{same} {value}");
    }
    let rest = compared::<C>(&keys[1..], &values[1..], sign, or_same);
    format!("{name} {sign}= {value} AND ({name} {sign} {value} OR ({rest}))")
}

fn same<C: Transitions>(keys: &[(&'static str, String)], values: &[String]) -> String {
    let pairs = keys.iter().zip(values);
    let pairs: Vec<String> = pairs
        .map(|((name, _), value)| format!("{} = {value}", C::quote(name)))
        .collect();
    pairs.join(" AND ")
}

/// One statement for all rows of a batch, which get the same value.
pub(super) fn set_all<C: Transitions>(
    conn: &mut C,
    pending: &Pending<'_>,
    (column, value): (&str, &str),
    range: &Range<'_>,
) -> Result<()> {
    let keys = pending.keys;
    let after = range
        .after
        .map(|after| format!(" AND {}", compared::<C>(keys, after, '>', false)));
    conn.act(&format!(
        "UPDATE {} SET {} = {value} WHERE {}{} AND {}",
        C::table(pending.table),
        C::quote(column),
        pending.condition,
        after.unwrap_or_default(),
        compared::<C>(keys, range.last, '<', true)
    ))
}

/// Fills the column of a table. A row that has a value keeps it.
pub(super) fn fill<C: Transitions>(
    conn: &mut C,
    wanted: &Wanted,
    seen: &Seen,
    filling: Filling<'_>,
    told: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let column = C::quote(wanted.column);
    let pending = Pending {
        table: &wanted.table,
        keys: &seen.keys,
        condition: format!("{column} IS NULL"),
    };
    let type_name = seen.column.as_ref().map(|column| column.type_name.as_str());
    let type_name = type_name.unwrap_or(&seen.new_type);
    let change = |conn: &mut C, rows: &[Vec<String>], range: &Range<'_>| match &wanted.value {
        Value::Owner(owner) => {
            let value = C::literal(owner, type_name);
            set_all(conn, &pending, (wanted.column, &value), range)
        }
        Value::Ids => {
            let one = |row: &Vec<String>| {
                let id = filling.ids.next_id(filling.clock.now());
                format!(
                    "UPDATE {} SET {column} = {} WHERE {} AND {column} IS NULL;",
                    C::table(&wanted.table),
                    C::id(id, type_name),
                    same::<C>(&seen.keys, row)
                )
            };
            conn.act(&rows.iter().map(one).collect::<String>())
        }
    };
    pass(conn, &pending, filling.rows, change, told)
}

/// How many rows a table has, and how many of them have nothing in the column.
pub(super) fn count<C: Transitions>(
    conn: &mut C,
    wanted: &Wanted,
    seen: &Seen,
) -> Result<(u64, u64)> {
    let text = C::TEXT;
    let filled = match &seen.column {
        None => "0".to_owned(),
        Some(_) => format!("count({})", C::quote(wanted.column)),
    };
    let sql = format!(
        "SELECT CAST(count(*) AS {text}) AS k0, CAST({filled} AS {text}) AS k1 FROM {}",
        C::table(&wanted.table)
    );
    let found = conn.ask(&sql)?;
    let row = found.first();
    let count = |at| row.map_or(0, |row| row.number(at));
    Ok((count(0), count(0).saturating_sub(count(1))))
}

/// Whether some row has nothing in the column.
pub(super) fn has_empty<C: Transitions>(conn: &mut C, wanted: &Wanted) -> Result<bool> {
    let sql = format!(
        "SELECT '1' AS k0 FROM {} WHERE {} IS NULL LIMIT 1",
        C::table(&wanted.table),
        C::quote(wanted.column)
    );
    Ok(!conn.ask(&sql)?.is_empty())
}

/// Whether a table of tenants has one with this key.
pub(super) fn has_tenant<C: Transitions>(
    conn: &mut C,
    tenants: &Declared,
    tenant: &super::OwnerKey,
    key: KeyType,
) -> Result<bool> {
    let Some(column) = tenants.key() else {
        return Ok(false);
    };
    let sql = format!(
        "SELECT '1' AS k0 FROM {} WHERE {} LIMIT 1",
        C::table(tenants),
        C::is(&C::quote(column), tenant, key)
    );
    Ok(!conn.ask(&sql)?.is_empty())
}
