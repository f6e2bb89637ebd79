//! Imports a gear list. A line that cannot be used is reported with its number, and all
//! others are kept.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::path::Path;

use diesel::prelude::*;
use indicatif::{ProgressBar, ProgressFinish, ProgressIterator};
use serde::Deserialize;
use tenancy::Error;
use tenancy::prelude::*;

use crate::Db;
use crate::models::{Category, Item, NewItem, Unit};
use crate::schema::categories;

/// One line of the file.
#[derive(Deserialize)]
struct Line {
    category: String,
    name: String,
    unit: String,
    weight_grams: Option<i32>,
    price_cents: i32,
}

/// What became of a file.
#[derive(Default)]
pub(crate) struct Report {
    pub imported: usize,
    /// The numbers of the lines that were not used, and why not.
    pub rejected: Vec<(u64, String)>,
}

impl Report {
    fn reject(&mut self, line: u64, reason: String) {
        self.rejected.push((line, reason));
    }
}

/// Imports the file at `path` as the gear of one shop, in one transaction.
pub(crate) fn gear_list(
    db: &Db,
    shop: &TenantScope<i64>,
    path: &Path,
) -> Result<Report, Box<dyn StdError>> {
    let mut report = Report::default();
    let lines = read(path, &mut report)?;
    db.session(shop)?
        .transaction(|session| store(session, shop, lines, &mut report))?;
    report.rejected.sort();
    Ok(report)
}

/// The lines that can be read, with their numbers.
fn read(path: &Path, report: &mut Report) -> csv::Result<Vec<(u64, Line)>> {
    let mut reader = csv::Reader::from_path(path)?;
    let columns = reader.headers()?.clone();
    let mut lines = Vec::new();
    for record in reader.records() {
        let line = record.and_then(|record| {
            let number = record.position().map_or(0, csv::Position::line);
            Ok((number, record.deserialize(Some(&columns))?))
        });
        match line {
            Ok(line) => lines.push(line),
            Err(error) => {
                let (number, reason) = explain(error, &columns)?;
                report.reject(number, reason);
            }
        }
    }
    Ok(lines)
}

/// Which line an error is about, and what is wrong with it. An error that is about no
/// line stays one: the file itself cannot be read.
fn explain(error: csv::Error, columns: &csv::StringRecord) -> csv::Result<(u64, String)> {
    let Some(number) = error.position().map(csv::Position::line) else {
        return Err(error);
    };
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} columns instead of {expected_len}"),
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err
                .field()
                .and_then(|at| columns.get(usize::try_from(at).ok()?));
            format!("{}: {}", column.unwrap_or("a column"), err.kind())
        }
        _ => error.to_string(),
    };
    Ok((number, reason))
}

/// Inserts the lines, and the categories that are not there yet.
fn store(
    session: &mut Session<SqliteConnection>,
    shop: &TenantScope<i64>,
    lines: Vec<(u64, Line)>,
    report: &mut Report,
) -> tenancy::Result<()> {
    let items = Repo::<Item>::new(shop);
    let categories = Repo::<Category>::new(shop);
    let units: Vec<Unit> = Repo::<Unit>::new(shop).query().load(session)?;
    let units: HashMap<_, _> = units.into_iter().map(|u| (u.name, u.id)).collect();
    let known: Vec<Category> = categories.query().load(session)?;
    let mut known: HashMap<_, _> = known.into_iter().map(|c| (c.name, c.id)).collect();

    // The bar is drawn on a terminal only, and is gone when the import is done.
    let bar = ProgressBar::new(lines.len() as u64).with_finish(ProgressFinish::AndClear);
    for (number, line) in lines.into_iter().progress_with(bar) {
        let Some(&unit_id) = units.get(&line.unit) else {
            report.reject(number, format!("unit: there is no `{}`", line.unit));
            continue;
        };
        let category_id = match known.get(&line.category) {
            Some(&id) => id,
            None => {
                let new: Category = categories
                    .insert((categories::name.eq(&line.category),))
                    .get_result(session)?;
                known.insert(new.name, new.id);
                new.id
            }
        };
        let item = NewItem {
            category_id,
            unit_id,
            name: &line.name,
            weight_grams: line.weight_grams,
            price_cents: line.price_cents,
        };
        // A transaction within the transaction is a savepoint: a row that the database
        // refuses takes no other with it.
        match session.transaction(|session| items.insert(&item).execute(session)) {
            Ok(_) => report.imported += 1,
            Err(error @ (Error::UniqueViolation { .. } | Error::CheckViolation { .. })) => {
                report.reject(number, error.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
