//! Pages of a query: by number, and by key.

mod cursor;
mod keyset;
mod offset;
mod order;
mod seek;
mod stored;

pub use cursor::Cursor;
pub use keyset::{KeyPage, KeysetQuery};
pub use offset::{Page, ScopedPage};

pub(crate) use keyset::KeyRows;
pub(super) use keyset::Seekable;
pub(super) use offset::Pageable;
pub(crate) use offset::{CountStmt, PagedStmt};
pub(crate) use order::{KeyOrder, Loaded};
pub(super) use order::{OrderOf, total};
pub(crate) use stored::NoPlace;
