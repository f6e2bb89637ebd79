//! Identifiers: the typed internal key, and the source of new ids.

mod base32;
mod either_id;
mod public_id;
mod row_id;
mod source;
#[cfg(feature = "serde")]
mod text;
mod wide_key;

pub(crate) use either_id::Which;
pub use either_id::{IdOrPublicId, IntegerIds};
pub use public_id::{HasPublicId, InvalidId, PublicId};
pub use row_id::RowId;
pub(crate) use row_id::TooLarge;
pub use source::{IdSource, SequentialIds, UuidV7};
