//! Rows that are to be moved, by their keys.

use std::collections::HashSet;

/// Rows of one table, each once, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Set {
    known: HashSet<String>,
    rows: Vec<String>,
}

impl Set {
    /// Those of the rows that are new.
    pub(super) fn add(&mut self, rows: Vec<String>) -> Vec<String> {
        let new: Vec<String> = rows
            .into_iter()
            .filter(|row| self.known.insert(row.clone()))
            .collect();
        self.rows.extend(new.iter().cloned());
        new
    }

    pub(super) fn has(&self, row: &str) -> bool {
        self.known.contains(row)
    }

    pub(super) fn rows(&self) -> &[String] {
        &self.rows
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
