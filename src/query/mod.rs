//! Statements with the tenant in them. They know nothing of who runs them.

mod delete;
mod dialect;
mod dynamic;
mod exists;
mod fence;
mod guard;
mod insert;
mod join;
mod limit;
mod returning;
mod rows;
mod select;
mod soft_delete;
mod statement;
mod target;
mod times;
mod update;
mod version;

pub use delete::ScopedDelete;
pub use exists::ScopedExists;
pub use guard::InScope;
pub use insert::{Batch, InsertRows, ScopedInsert};
pub use select::ScopedQuery;
pub use statement::Statement;
pub use target::Target;
pub use update::{IntoChanges, ScopedUpdate, UpdateOf};
pub use version::IfVersion;

pub(crate) use delete::delete_of;
pub(crate) use dynamic::Refused;
pub(crate) use returning::NoReturning;
pub(crate) use soft_delete::{
    ForGood, Regard, Restored, SeenWhere, purge_of, restore_of, seen_update_of,
};
pub(crate) use statement::{Effect, Fetch, IntoFirst, Reads, Rows, Writes};
pub(crate) use update::update_of;

pub(crate) mod derived {
    //! What the derives for new rows and changesets implement and call.
    pub use super::insert::{NewRow, derived_insert};
    pub use super::rows::{
        AsChanges, AsRow, ChangesSql, DerivedChanges, DerivedRow, RowShape, RowSql, RowsChunk,
        StampedRow, derived_changes, derived_many, derived_one,
    };
}
