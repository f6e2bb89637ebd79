//! What a backend turns out not to have while a statement is written.

/// Why the statement was not written. It becomes
/// [`Error::Unsupported`](crate::Error::Unsupported).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unsupported(pub(crate) &'static str);
