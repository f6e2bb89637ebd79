//! Statements with the tenant in them. They know nothing of who runs them.

mod conflict;
mod delete;
mod dialect;
mod dynamic;
mod exists;
mod fence;
mod further;
mod guard;
mod insert;
mod join;
mod limit;
mod proposed;
mod returning;
mod rows;
mod select;
mod statement;
mod target;
mod under;
mod update;
mod upsert;

pub use conflict::ConflictTarget;
pub use delete::ScopedDelete;
pub use exists::ScopedExists;
pub use guard::InScope;
pub use insert::{Batch, InsertRows, ScopedInsert};
pub use proposed::{Proposed, proposed};
pub use select::ScopedQuery;
pub use statement::Statement;
pub use target::Target;
pub use under::UnderParent;
pub use update::{IntoChanges, ScopedUpdate, UpdateOf};
pub use upsert::{InsertOrNothing, OnConflict, ScopedUpsert, UpsertChanges, UpsertOf};

pub(crate) use delete::delete_of;
pub(crate) use dynamic::Refused;
pub(crate) use rows::CountRows;
pub(crate) use statement::{Effect, Fetch, IntoFirst, Reads, Rows, Writes};
pub(crate) use under::under;
pub(crate) use update::update_of;
pub(crate) use upsert::{ConflictAction, DoNothing, ManyInserts, OneInsert};

pub(crate) mod derived {
    //! What the derives for new rows and changesets implement and call.
    pub use super::insert::{NewRow, derived_insert};
    pub use super::rows::{
        AsChanges, AsRow, ChangesSql, DerivedChanges, DerivedRow, RowShape, RowSql, RowsChunk,
        StampedRow, derived_changes, derived_many, derived_one,
    };
}
