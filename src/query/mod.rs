//! Statements with the tenant in them. They know nothing of who runs them.

mod aggregate;
mod boxed;
mod changes;
mod combine;
mod conflict;
mod delete;
mod dialect;
mod distinct;
mod dynamic;
mod exists;
mod fence;
mod filter_dialect;
mod from_names;
mod further;
mod group;
mod guard;
mod insert;
mod join;
mod limit;
mod limited;
mod list;
mod list_dialect;
mod lock;
mod merged;
mod names;
mod page;
mod proposed;
mod related;
#[cfg(all(test, any(feature = "postgres", feature = "mysql")))]
#[allow(clippy::unwrap_used, clippy::panic)] // tests
mod rendered;
mod returning;
mod row_shape;
mod rows;
mod same_scope;
mod select;
mod selection;
mod soft_delete;
mod statement;
mod subquery;
mod target;
mod tree;
mod update;
mod window;
mod windowed;
pub use combine::{Combinable, ScopedCombination};
mod under;
mod unsupported;
mod upsert;
pub use conflict::ConflictTarget;
pub(crate) use conflict::UniqueKey;
mod times;
#[cfg(test)]
mod varying;
mod version;
pub use changes::IntoChanges;
pub use delete::ScopedDelete;
pub(crate) use dialect::Dialect;
pub use exists::ScopedExists;
pub use guard::InScope;
pub use insert::{Batch, InsertRows, ScopedInsert};
pub(crate) use list::{InList, NotNull};
pub use list::{ListDsl, ListItem};
pub(crate) use list_dialect::ListedType;
pub use page::{Cursor, KeyPage, KeysetQuery, Page, ScopedPage};
pub use proposed::{Proposed, proposed};
pub use related::OneTable;
pub use select::ScopedQuery;
pub use selection::Selection;
pub use statement::Statement;
pub use subquery::{
    ComparableTo, SingleValue, Subquery, SubqueryExpressionMethods, Within, Without,
};
pub use target::Target;
pub use under::UnderParent;
pub use update::{ScopedUpdate, UpdateOf};
pub use upsert::{InsertOrNothing, OnConflict, ScopedUpsert, UpsertChanges, UpsertOf};

pub(crate) use delete::delete_of;
pub(crate) use dynamic::Refused;
pub(crate) use guard::door;
pub(crate) use limit::Negative;
pub(crate) use page::{CountStmt, KeyOrder, KeyRows, Loaded, NoPlace, PagedStmt};
pub(crate) use rows::CountRows;
pub(crate) use same_scope::{NestedId, OtherScope, may_nest, rendering};
pub(crate) use unsupported::{NotTakenBack, Unsupported};
pub use version::IfVersion;

pub(crate) use returning::NoReturning;
pub(crate) use soft_delete::{
    ForGood, Regard, Restored, SeenWhere, purge_of, restore_of, seen_update_of,
};
pub(crate) use statement::{Effect, Fetch, IntoFirst, Reads, Rows, Writes};
pub(crate) use tree::{Down, TreeOf, Up, tree_of};
pub(crate) use under::under;
pub(crate) use update::update_of;
pub(crate) use upsert::{ConflictAction, DoNothing, ManyInserts, OneInsert};

pub(crate) mod derived {
    //! What the derives for new rows and changesets implement and call.
    pub use super::changes::{DerivedChanges, derived_changes};
    pub use super::insert::{NewRow, derived_insert};
    pub use super::list::InList;
    pub use super::row_shape::{AsChanges, AsRow, ChangesSql, DerivedRow, RowShape, RowSql};
    pub use super::rows::{RowsChunk, StampedRow, derived_many, derived_one};
}

pub mod dsl {
    //! What SQL has and diesel's own nodes do not check: FILTER, OVER, and DISTINCT within
    //! an aggregate.
    //!
    //! diesel's aggregates and window functions (`sum`, `count_star`, `row_number`, `lag`, ..)
    //! are used as they are; `distinct`, `filtered` and `over` of this module go around them.
    //! diesel's methods for the same (`aggregate_filter`, `over`, `partition_by`,
    //! `window_order`, ..) do not compile in a scoped query: diesel does not check what is
    //! given to them against the tables of the query.
    //!
    //! ```
    //! # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    //! # use gear::*;
    //! # let gear = Gear::new();
    //! # let (db, keys) = (&gear.db, Keys);
    //! # use tenancy::prelude::*;
    //! use diesel::dsl::{count_star, row_number, sum};
    //! use diesel::prelude::*;
    //! use tenancy::dsl::{filtered, over, window};
    //!
    //! # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    //! # let mut session = db.session(&scope)?;
    //! let items = Repo::<Item>::new(&scope);
    //! let (all, heavy): (i64, i64) = items
    //!     .query()
    //!     .select((count_star(), filtered(count_star(), items::weight.gt(500))))
    //!     .get_result(&mut session)?;
    //! assert_eq!((all, heavy), (3, 1));
    //!
    //! let by_category = window().partition_by(items::category_id);
    //! let ranked: Vec<(String, i64, Option<i64>)> = items
    //!     .query()
    //!     .select((
    //!         items::name,
    //!         over(row_number(), by_category.order_by(items::name)),
    //!         over(sum(items::weight), by_category),
    //!     ))
    //!     .order(items::name)
    //!     .load(&mut session)?;
    //! assert_eq!(ranked[2], ("Tent".into(), 2, Some(2000)));
    //! # Ok::<(), tenancy::Error>(())
    //! ```
    pub use super::aggregate::{Aggregate, Distinct, Filtered, distinct, filtered};
    pub use super::window::{
        CurrentRow, Following, FrameEnd, FrameStart, Preceding, UnboundedFollowing,
        UnboundedPreceding, Window, following, preceding, window,
    };
    pub use super::windowed::{Over, WindowFunction, over};
}
