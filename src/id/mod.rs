//! Identifiers: the typed internal key, the ids that leave the service, and the source of new ones.

mod base32;
mod column;
mod either_id;
mod id_text;
mod invalid;
mod public_id;
mod row_id;
mod source;
#[cfg(feature = "serde")]
mod text;
mod text_id;
mod wide_key;

pub(crate) use either_id::Which;
pub use either_id::{IdOrPublicId, IntegerIds};
pub use id_text::Coin;
pub(crate) use id_text::{IdText, MadeText, NoRandom};
pub use invalid::InvalidId;
pub use public_id::{HasPublicId, PublicId};
pub use row_id::RowId;
pub(crate) use row_id::TooLarge;
pub use source::{IdSource, SequentialIds, UuidV7};
pub use text_id::{HasTextId, TextId};
