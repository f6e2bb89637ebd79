//! The columns that new rows and changes must not name, and the one that a child must.

use super::row_shape::{AsChanges, AsRow, RowShape};
use crate::__private::is_among;
use crate::ownership::ScopedTable;

/// Fails to compile if a new row names what is not its own to say. The derive has asked the
/// same and pointed at the field; here the names are asked where nobody else has a say.
#[track_caller]
pub(super) const fn may_be_new<T: ScopedTable, R: RowShape<AsRow>>() {
    assert!(
        names_none(R::NAMES, &[T::TENANT])
            && names_none(R::NAMES, T::MADE_BY_THE_DATABASE)
            && names_none(R::NAMES, T::KEPT),
        "a new row names the tenant column, a key that the database makes, or a column that the \
         library keeps"
    );
    assert!(
        T::PARENT.is_empty() || is_among(T::PARENT, R::ALWAYS),
        "a new row needs the column that leads to its parent"
    );
}

/// The same for changes.
#[track_caller]
pub(super) const fn may_change<T: ScopedTable, R: RowShape<AsChanges>>() {
    assert!(
        names_none(R::NAMES, &[T::TENANT])
            && names_none(R::NAMES, T::PRIMARY_KEY)
            && names_none(R::NAMES, T::KEPT),
        "a changeset names the tenant column, the primary key, or a column that the library keeps"
    );
}

const fn names_none(names: &[&str], of: &[&str]) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_among(names[at], of) {
            return false;
        }
        at += 1;
    }
    true
}
