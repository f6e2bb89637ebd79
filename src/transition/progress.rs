//! How far a path is.

/// One batch, or one step, that was done; told to the closure of a run, which says whether to go
/// on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The table.
    pub table: String,
    /// What was done, in words.
    pub what: String,
    /// How many rows of the table this batch has changed; none, if it was a change of the schema.
    pub rows: u64,
    /// How many rows of the table were changed in this step until now.
    pub done: u64,
    /// How many there were to change when the step began. Others may have come since.
    pub of: u64,
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.table, self.what)?;
        if self.of > 0 {
            write!(f, " ({} of {})", self.done, self.of)?;
        }
        Ok(())
    }
}
