//! Statements with the tenant in them. They know nothing of who runs them.

mod combine;
mod delete;
mod dialect;
mod dynamic;
mod exists;
mod fence;
mod guard;
mod insert;
mod join;
mod limit;
mod related;
mod returning;
mod rows;
mod same_scope;
mod select;
mod statement;
mod subquery;
mod target;
mod tree;
mod update;

pub use combine::{Combinable, ScopedCombination};
pub use delete::ScopedDelete;
pub use exists::ScopedExists;
pub use guard::InScope;
pub use insert::{Batch, InsertRows, ScopedInsert};
pub use select::ScopedQuery;
pub use statement::Statement;
pub use subquery::{
    ComparableTo, SingleValue, Subquery, SubqueryExpressionMethods, Within, Without,
};
pub use target::Target;
pub use update::{IntoChanges, ScopedUpdate, UpdateOf};

pub(crate) use delete::delete_of;
pub(crate) use dynamic::Refused;
pub(crate) use guard::door;
pub(crate) use same_scope::{OtherScope, rendering};
pub(crate) use statement::{Effect, Fetch, IntoFirst, Reads, Rows, Writes};
pub(crate) use tree::{Down, TreeOf, Up, tree_of};
pub(crate) use update::update_of;

pub(crate) mod derived {
    //! What the derives for new rows and changesets implement and call.
    pub use super::insert::{NewRow, derived_insert};
    pub use super::rows::{
        AsChanges, AsRow, ChangesSql, DerivedChanges, DerivedRow, RowShape, RowSql, RowsChunk,
        StampedRow, derived_changes, derived_many, derived_one,
    };
}
