//! What SQLite takes of a protection: keys and indexes. A reference is made with its table.

use super::super::Catalog;
use super::super::declared::Declared;
use super::super::name::{Name, backtick, quote, text};
use super::Step;
use super::keys::{self, Key, Link};

pub(in super::super) fn steps(catalog: &Catalog) -> Vec<Step> {
    let tables = catalog.tables().iter();
    let keys = tables.clone().flat_map(|table| {
        let keys = keys::of(table).into_iter().chain(keys::of_proof(table));
        keys.map(move |key| index(table, &key))
    });
    let references = tables.flat_map(|table| {
        let links = keys::links(table);
        links.into_iter().map(move |link| reference(table, &link))
    });
    keys.chain(references).collect()
}

/// A query that gives a row if the table is there.
pub(in super::super) fn is_table(name: &Name) -> String {
    let schema = name.schema().unwrap_or("main");
    format!(
        "SELECT 1 FROM pragma_table_list WHERE schema = {} AND name = {} COLLATE NOCASE \
         AND type IN ('table', 'virtual')",
        text(schema),
        text(name.table())
    )
}

fn index(table: &Declared, key: &Key) -> Step {
    let name = match table.name.schema() {
        Some(schema) => format!("{}.{}", quote(schema), quote(&key.name)),
        None => quote(&key.name),
    };
    // In double quotes, a column that is not there would be a text.
    let columns: Vec<String> = key.columns.iter().map(|column| backtick(column)).collect();
    let up = format!(
        "CREATE {}INDEX IF NOT EXISTS {name} ON {} ({});",
        if key.unique { "UNIQUE " } else { "" },
        quote(table.name.table()),
        columns.join(", ")
    );
    let mut step = Step::of(
        table,
        &key.what,
        up,
        format!("DROP INDEX IF EXISTS {name};"),
    );
    step.makes = Some(key.name.clone());
    step.done = Some(has_index(table, &key.columns, key.unique));
    step
}

/// An index of these columns: of no other if it is to be unique, else as the first ones.
pub(crate) fn has_index(table: &Declared, columns: &[&str], unique: bool) -> String {
    let places: String = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            format!(
                " AND EXISTS (SELECT 1 FROM pragma_index_info(l.name) \
                 WHERE seqno = {place} AND name = {} COLLATE NOCASE)",
                text(column)
            )
        })
        .collect();
    let whole = if unique {
        format!(
            " AND l.\"unique\" AND {} = (SELECT count(*) FROM pragma_index_info(l.name))",
            columns.len()
        )
    } else {
        String::new()
    };
    format!(
        "SELECT 1 FROM {} l WHERE NOT l.partial{whole}{places}",
        pragma("index_list", table)
    )
}

fn pragma(name: &str, table: &Declared) -> String {
    let schema = table.name.schema().unwrap_or("main");
    format!(
        "pragma_{name}({}, {})",
        text(table.name.table()),
        text(schema)
    )
}

/// No SQL adds a reference to a table that is there.
fn reference(table: &Declared, link: &Link) -> Step {
    let list = |columns: &[&str]| -> String {
        let quoted: Vec<String> = columns.iter().map(|column| quote(column)).collect();
        quoted.join(", ")
    };
    let up = format!(
        "-- SQLite adds no reference to a table that is there. Make {} anew, with\n\
         --   FOREIGN KEY ({}) REFERENCES {} ({})",
        table.name.quoted(),
        list(&link.columns),
        quote(link.to.name.table()),
        list(&link.keys)
    );
    let down = "-- It goes with the table.".to_owned();
    let mut step = Step::of(table, link.what(), up, down);
    step.by_hand = true;
    step.done = Some(has_reference(table, link));
    step
}

/// A reference that names no columns is to the primary key, of one column here.
fn has_reference(table: &Declared, link: &Link) -> String {
    let pairs = link.columns.iter().zip(&link.keys);
    let primary = text(link.to.key().unwrap_or_default());
    let pairs: String = pairs
        .map(|(column, key)| {
            format!(
                " AND sum(f.\"from\" = {} COLLATE NOCASE \
                 AND coalesce(f.\"to\", {primary}) = {} COLLATE NOCASE) = 1",
                text(column),
                text(key)
            )
        })
        .collect();
    format!(
        "SELECT 1 FROM {} f WHERE f.\"table\" = {} COLLATE NOCASE \
         GROUP BY f.id HAVING count(*) = {}{pairs}",
        pragma("foreign_key_list", table),
        text(link.to.name.table()),
        link.columns.len()
    )
}
