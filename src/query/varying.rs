//! One type, one text: a statement of which a part varies says that it varies.

use super::changes::DerivedChanges;
use super::combine::{Combined, Union, Unordered};
use super::delete::DeleteStatement;
use super::insert::InsertStatement;
use super::row_shape::{AsChanges, AsRow, RowShape};
use super::rows::StampedRow;
use super::subquery::Within;
use super::tree::{InTree, Up};
use super::update::UpdateStatement;
use super::upsert::DoUpdate;
use crate::ownership::varying::{Same, Varies, is_static};

/// A derived struct, whose text is the same or not.
struct Row<const STATIC: bool>;

macro_rules! shapes {
    ($($as:ident)*) => { $(
        impl<const STATIC: bool> RowShape<$as> for Row<STATIC> {
            type Shape = ();
            const STATIC: bool = STATIC;
            const COLUMNS: usize = 0;
            const NAMES: &'static [&'static str] = &["name"];
            const ALWAYS: &'static [&'static str] = &["name"];

            fn same_columns(&self, _: &Self) -> bool {
                true
            }

            fn is_empty(&self) -> bool {
                true
            }
        }
    )* };
}

shapes!(AsRow AsChanges);

#[test]
fn a_combination_varies_with_each_part() {
    type Of<A, B, L> = Combined<A, B, Union, Unordered, L>;
    assert!(is_static::<Of<Same, Same, Same>>());
    assert!(!is_static::<Of<Varies, Same, Same>>());
    assert!(!is_static::<Of<Same, Varies, Same>>());
    assert!(!is_static::<Of<Same, Same, Varies>>());
}

#[test]
fn a_delete_varies_with_each_part() {
    type Of<W, R, H> = DeleteStatement<(), (), W, R, H>;
    assert!(is_static::<Of<Same, Same, Same>>());
    assert!(!is_static::<Of<Varies, Same, Same>>());
    assert!(!is_static::<Of<Same, Varies, Same>>());
    assert!(!is_static::<Of<Same, Same, Varies>>());
}

#[test]
fn an_insert_varies_with_each_part() {
    type Of<V, R> = InsertStatement<(), (), V, R>;
    assert!(is_static::<Of<Same, Same>>());
    assert!(!is_static::<Of<Varies, Same>>());
    assert!(!is_static::<Of<Same, Varies>>());
}

#[test]
fn derived_structs_vary_with_their_fields_and_their_stamp() {
    assert!(is_static::<StampedRow<(), Same, Row<true>>>());
    assert!(!is_static::<StampedRow<(), Varies, Row<true>>>());
    assert!(!is_static::<StampedRow<(), Same, Row<false>>>());
    assert!(is_static::<DerivedChanges<Row<true>, Same>>());
    assert!(!is_static::<DerivedChanges<Row<true>, Varies>>());
    assert!(!is_static::<DerivedChanges<Row<false>, Same>>());
}

#[test]
fn a_membership_varies_with_each_part() {
    assert!(is_static::<Within<Same, Same, ()>>());
    assert!(!is_static::<Within<Varies, Same, ()>>());
    assert!(!is_static::<Within<Same, Varies, ()>>());
}

#[test]
fn a_walk_varies_with_each_part() {
    type Of<C, S, P> = InTree<(), (), Same, C, Up, S, P>;
    assert!(is_static::<Of<Same, Same, Same>>());
    assert!(!is_static::<Of<Varies, Same, Same>>());
    assert!(!is_static::<Of<Same, Varies, Same>>());
    assert!(!is_static::<Of<Same, Same, Varies>>());
}

#[test]
fn an_update_varies_with_each_part() {
    type Of<C, W, R> = UpdateStatement<(), (), C, W, R>;
    assert!(is_static::<Of<Same, Same, Same>>());
    assert!(!is_static::<Of<Varies, Same, Same>>());
    assert!(!is_static::<Of<Same, Varies, Same>>());
    assert!(!is_static::<Of<Same, Same, Varies>>());
}

#[test]
fn an_upsert_varies_with_each_part() {
    type Of<C, P, F> = DoUpdate<(), (), C, P, F>;
    assert!(is_static::<Of<Same, Same, Same>>());
    assert!(!is_static::<Of<Varies, Same, Same>>());
    assert!(!is_static::<Of<Same, Varies, Same>>());
    assert!(!is_static::<Of<Same, Same, Varies>>());
}
