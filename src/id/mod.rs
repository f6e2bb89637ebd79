//! Identifiers: the typed internal key, and the source of new ids.

mod row_id;
mod source;

pub use row_id::RowId;
pub use source::{IdSource, SequentialIds, UuidV7};
