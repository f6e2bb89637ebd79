//! What a backend turns out not to have while a statement is written, or run.

/// Why the statement was not written. It becomes
/// [`Error::Unsupported`](crate::Error::Unsupported).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unsupported(pub(crate) &'static str);

/// A rollback that did not take everything back. It becomes
/// [`Error::Transaction`](crate::Error::Transaction).
#[derive(Debug, thiserror::Error)]
#[error("a table that it wrote to has no transactions, so that what was written stays")]
pub(crate) struct NotTakenBack;
