//! What a path would do.

use std::fmt;

/// What a path would do to each table. Nothing of it was done.
///
/// `Display` writes it for people: each table, and its steps with their SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Preview {
    pub(super) tables: Vec<TablePreview>,
}

/// What a path would do to one table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TablePreview {
    /// The table.
    pub table: String,
    /// How far it is.
    pub state: State,
    /// The steps that would be taken, in their order.
    pub steps: Vec<PlannedStep>,
}

/// How far a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It has no such column.
    NoColumn {
        /// How many rows it has.
        rows: u64,
    },
    /// Some rows have nothing in the column.
    Filling {
        /// How many have something.
        filled: u64,
        /// How many rows there are.
        rows: u64,
    },
    /// Each row has it, and the database does not yet demand it.
    Filled {
        /// How many rows there are.
        rows: u64,
    },
    /// There is nothing left to do.
    Done {
        /// How many rows there are.
        rows: u64,
    },
}

/// A step that would be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedStep {
    /// What it does, in words.
    pub what: String,
    /// Its SQL. Of a step that goes in batches it is one statement for all rows, with a name in
    /// place of what each row gets.
    pub sql: String,
}

impl Preview {
    /// The tables, in the order of the catalog.
    #[must_use]
    pub fn tables(&self) -> &[TablePreview] {
        &self.tables
    }

    /// Whether nothing would be done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.tables.iter().all(|table| table.steps.is_empty())
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for table in &self.tables {
            writeln!(f, "{}: {}", table.table, table.state)?;
            for step in &table.steps {
                writeln!(f, "  {}\n    {};", step.what, step.sql)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColumn { rows } => write!(f, "no column; rows: {rows}"),
            Self::Filling { filled, rows } => write!(f, "filling, {filled} of {rows}"),
            Self::Filled { rows } => write!(f, "filled; rows: {rows}"),
            Self::Done { rows } => write!(f, "done; rows: {rows}"),
        }
    }
}
