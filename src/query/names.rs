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

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::RowId;

    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
        }
    }

    #[derive(Debug, Queryable, Selectable, crate::Scoped)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    struct Note {
        id: RowId<Note>,
    }

    /// A struct that names a tenant in its second field.
    struct OfTenant;

    macro_rules! of_tenant {
        ($($as:ident)*) => { $(
            impl RowShape<$as> for OfTenant {
                type Shape = OfTenant;
                const STATIC: bool = true;
                const COLUMNS: usize = 2;
                const NAMES: &'static [&'static str] = &["name", "tenant_id"];
                const ALWAYS: &'static [&'static str] = &["name", "tenant_id"];

                fn same_columns(&self, _: &Self) -> bool {
                    true
                }

                fn is_empty(&self) -> bool {
                    false
                }
            }
        )* };
    }

    of_tenant!(AsRow AsChanges);

    // In a build the compiler asks these two. That it refuses, the programs in
    // tests/compile_fail/fail show.
    #[test]
    #[should_panic(expected = "a new row names the tenant column")]
    fn a_new_row_does_not_name_its_tenant() {
        may_be_new::<notes::table, OfTenant>();
    }

    #[test]
    #[should_panic(expected = "a changeset names the tenant column")]
    fn a_changeset_does_not_name_the_tenant() {
        may_change::<notes::table, OfTenant>();
    }

    #[test]
    fn each_name_is_looked_for() {
        let names = ["name", "weight"];
        assert!(names_none(&names, &["tenant_id", "made_at"]));
        assert!(!names_none(&names, &["name"]));
        assert!(!names_none(&names, &["tenant_id", "weight"]));
    }
}
