//! Prints tables.

use comfy_table::presets::ASCII_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};

use crate::models::Item;

/// An empty table with these columns.
pub(crate) fn table<const N: usize>(columns: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_FULL_CONDENSED).set_header(columns);
    table
}

/// Items: the shop that sees each, the item, its category and its unit.
pub(crate) fn items(rows: &[(String, Item, String, String)]) {
    let mut table = table([
        "seen by", "id", "item", "category", "unit", "weight", "price",
    ]);
    for right in [1, 5, 6] {
        if let Some(column) = table.column_mut(right) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for (shop, item, category, unit) in rows {
        table.add_row([
            shop,
            &item.id.get().to_string(),
            &item.name,
            category,
            unit,
            &weight(item.weight_grams),
            &price(item.price_cents),
        ]);
    }
    println!("{table}");
}

pub(crate) fn weight(grams: Option<i32>) -> String {
    grams.map_or("unknown".to_owned(), |grams| format!("{grams} g"))
}

pub(crate) fn price(cents: i32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
