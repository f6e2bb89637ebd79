//! What a clean-up has done, and what it left.

use std::fmt;

/// What was reassigned, or would be, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reassignment {
    pub(super) tables: Vec<ReassignedTable>,
    pub(super) is_finished: bool,
}

/// What was reassigned in one table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReassignedTable {
    /// The table.
    pub table: String,
    /// How many rows have got another owner, or would.
    pub reassigned: u64,
    /// The rows whose owner is no tenant, and whom the mapping does not name.
    pub left: Vec<LeftRows>,
}

/// Rows that stay as they are, since nobody knows whose they are.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftRows {
    /// What stands in their tenant column, as a text. Its `Debug` does not show it.
    pub owner: Option<String>,
    /// How many there are.
    pub rows: u64,
}

impl fmt::Debug for LeftRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeftRows")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Reassignment {
    /// The tables that have a tenant column, in the order of the catalog.
    #[must_use]
    pub fn tables(&self) -> &[ReassignedTable] {
        &self.tables
    }

    /// Whether it came to its end, and was not stopped.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// How many rows are left, in all tables.
    #[must_use]
    pub fn rows_left(&self) -> u64 {
        let left = self.tables.iter().flat_map(|table| &table.left);
        left.map(|left| left.rows).sum()
    }
}
