//! Identifiers: the typed internal key, and the source of new ids.

mod row_id;
mod source;
mod wide_key;

pub use row_id::RowId;
pub(crate) use row_id::TooLarge;
pub use source::{IdSource, SequentialIds, UuidV7};
