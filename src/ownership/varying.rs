//! One type, one text: a node of which a part varies says that it varies. diesel would
//! take the first text that it prepares for all others of the type.

use diesel::query_builder::QueryId;

use super::inherited::Related;
use super::parent_key::ParentKey;
use super::place::Home;

/// A part that has one text.
#[derive(Clone, QueryId)]
pub(crate) struct Same;

/// A part that has several.
#[derive(Clone)]
pub(crate) struct Varies;

impl QueryId for Varies {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

pub(crate) fn is_static<N: QueryId>() -> bool {
    N::HAS_STATIC_QUERY_ID
}

#[test]
fn a_test_of_the_parent_varies_with_each_part() {
    assert!(is_static::<Related<(), (), Same, Same, Home, Same>>());
    assert!(!is_static::<Related<(), (), Varies, Same, Home, Same>>());
    assert!(!is_static::<Related<(), (), Same, Varies, Home, Same>>());
    assert!(!is_static::<Related<(), (), Same, Same, Home, Varies>>());
}

#[test]
fn a_parents_key_varies_with_each_part() {
    assert!(is_static::<ParentKey<(), (), Same, (), (), Same>>());
    assert!(!is_static::<ParentKey<(), (), Varies, (), (), Same>>());
    assert!(!is_static::<ParentKey<(), (), Same, (), (), Varies>>());
}
