//! What a move has moved.

/// How many rows of each table a [`Database::move_row`](crate::Database::move_row) has moved, those
/// that followed their parents among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedRows {
    tables: Vec<(String, usize)>,
}

impl MovedRows {
    pub(super) fn new(mut tables: Vec<(String, usize)>) -> Self {
        tables.sort();
        Self { tables }
    }

    /// Each table of which rows were moved, by name, and how many.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        let tables = self.tables.iter();
        tables.map(|(table, rows)| (table.as_str(), *rows))
    }

    /// How many rows of this table were moved.
    #[must_use]
    pub fn of(&self, table: &str) -> usize {
        let mut tables = self.iter();
        tables
            .find(|(name, _)| *name == table)
            .map_or(0, |(_, rows)| rows)
    }

    /// How many rows were moved, of all tables.
    #[must_use]
    pub fn total(&self) -> usize {
        self.iter().map(|(_, rows)| rows).sum()
    }
}
