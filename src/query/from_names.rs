//! The names under which tables stand in a from clause: one that stands twice is captured.

use diesel::internal::table_macro::{Join, JoinOn};
use diesel::query_source::{Alias, AliasSource, QuerySource};

use crate::__private::same_name;
use crate::ownership::ScopedTable;

/// Names of tables and of aliases.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Names {
    One(&'static str),
    Both(&'static Names, &'static Names),
}

impl Names {
    const fn hold(&self, name: &str) -> bool {
        match self {
            Self::One(own) => same_name(own, name),
            Self::Both(left, right) => left.hold(name) || right.hold(name),
        }
    }

    const fn share_with(&self, others: &Self) -> bool {
        match self {
            Self::One(name) => others.hold(name),
            Self::Both(left, right) => left.share_with(others) || right.share_with(others),
        }
    }
}

/// A from clause whose names are known.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined: it is neither a table nor an `alias!` of one",
    label = "not a table of a model",
    note = "join tables whose models derive `Scoped`, and put conditions into ON"
)]
pub trait FromNames {
    const NAMES: Names;
}

impl<T: ScopedTable> FromNames for T {
    const NAMES: Names = Names::One(T::NAME);
}

impl<S: AliasSource> FromNames for Alias<S> {
    const NAMES: Names = Names::One(S::NAME);
}

impl<L, R, Kind, On> FromNames for JoinOn<Join<L, R, Kind>, On>
where
    L: FromNames + QuerySource,
    R: FromNames + QuerySource,
{
    const NAMES: Names = Names::Both(&L::NAMES, &R::NAMES);
}

/// Fails to compile if a name of one from clause is one of the other's, too.
pub(super) const fn told_apart<A: FromNames, B: FromNames>() {
    assert!(
        !A::NAMES.share_with(&B::NAMES),
        "two tables of this query have the same name, and the database would take one for the \
         other: give the alias a name that no table of the query has"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["items", "units", "tags"];

    /// As of `left INNER JOIN right`.
    const fn joined(left: &'static Names, right: &'static Names) -> Names {
        Names::Both(left, right)
    }

    #[test]
    fn a_name_is_found_on_either_side_of_a_join() {
        let both = joined(&Names::One("items"), &Names::One("units"));
        let found = NAMES.map(|name| both.hold(name));
        assert_eq!(found, [true, true, false]);
        let shared = NAMES.map(|name| both.share_with(&Names::One(name)));
        assert_eq!(shared, [true, true, false]);
        assert!(Names::One("ITEMS").share_with(&both));
        assert!(!Names::One("tags").share_with(&both));
    }

    diesel::table! {
        items (id) {
            id -> BigInt,
            tenant_id -> BigInt,
        }
    }

    #[derive(Debug, diesel::Queryable, diesel::Selectable, crate::Scoped)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    struct Item {
        id: crate::RowId<Item>,
    }

    // In a build the compiler asks this. That it refuses, programs in
    // tests/compile_fail/fail show.
    #[test]
    #[should_panic(expected = "two tables of this query have the same name")]
    fn a_table_is_not_told_from_itself() {
        told_apart::<items::table, items::table>();
    }
}
