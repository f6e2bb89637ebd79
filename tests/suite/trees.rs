//! Ancestors and descendants: each step of the way is an own row.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;

use crate::kin::*;
use crate::support::{prepared_by, record};

const NONE: [i64; 0] = [];

fn ids(found: Vec<Folder>) -> Vec<i64> {
    found.iter().map(|folder| folder.id.get()).collect()
}

macro_rules! walk {
    ($kin:ident, $who:ident, $way:ident($from:expr)) => {{
        let scope = $kin.$who();
        let mut session = $kin.db.session(&scope).unwrap();
        let found = Repo::<Folder>::new(&scope)
            .$way(RowId::<Folder>::from_raw($from), folders::parent_id)
            .order(folders::id)
            .load(&mut session)
            .unwrap();
        ids(found)
    }};
}

#[test]
fn the_rows_below_and_above() {
    let kin = Kin::new();
    assert_eq!(walk!(kin, anna, descendants_of(1)), [2, 3, 4]);
    assert_eq!(walk!(kin, anna, descendants_of(2)), [3]);
    assert_eq!(walk!(kin, anna, descendants_of(3)), NONE);
    assert_eq!(walk!(kin, anna, ancestors_of(3)), [1, 2]);
    assert_eq!(walk!(kin, anna, ancestors_of(1)), NONE);
}

#[test]
fn nothing_is_below_or_above_another_tenants_row() {
    let kin = Kin::new();
    // 8 is Anna's and hangs below 6, which is Ben's.
    assert_eq!(walk!(kin, anna, descendants_of(6)), NONE);
    assert_eq!(walk!(kin, anna, descendants_of(5)), NONE);
    assert_eq!(walk!(kin, anna, ancestors_of(8)), NONE);
    assert_eq!(walk!(kin, ben, descendants_of(5)), [6, 7]);
    // 9 is Ben's and hangs below 2, which is Anna's.
    assert_eq!(walk!(kin, ben, ancestors_of(9)), NONE);
    assert_eq!(walk!(kin, anna, descendants_of(2)), [3]);
}

#[test]
fn the_way_does_not_lead_through_another_tenants_row() {
    let kin = Kin::new();
    kin.raw()
        .batch_execute("INSERT INTO folders VALUES (10, 1, 9, 'Below the stray')")
        .unwrap();
    // 2 (Anna) - 9 (Ben) - 10 (Anna)
    assert_eq!(walk!(kin, anna, descendants_of(2)), [3]);
    assert_eq!(walk!(kin, anna, ancestors_of(10)), NONE);
}

#[test]
fn a_circle_ends() {
    let kin = Kin::new();
    kin.raw()
        .batch_execute("UPDATE folders SET parent_id = 3 WHERE id = 1")
        .unwrap();
    assert_eq!(walk!(kin, anna, descendants_of(1)), [2, 3, 4]);
    assert_eq!(walk!(kin, anna, ancestors_of(1)), [2, 3]);
}

#[test]
fn a_walk_is_a_query_like_any_other_and_prepared_once() {
    record();
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let folders = Repo::<Folder>::new(&scope);
    let ((), prepared) = prepared_by(|| {
        for from in [1, 2, 3] {
            let below = folders.descendants_of(RowId::<Folder>::from_raw(from), folders::parent_id);
            let count: i64 = below
                .filter(folders::name.ne("Right"))
                .count()
                .get_result(&mut session)
                .unwrap();
            assert_eq!(count, 3 - from);
        }
    });
    assert_eq!(prepared.len(), 1, "{prepared:?}");
}

#[test]
fn rows_below_are_deleted_by_their_query() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let folders = Repo::<Folder>::new(&scope);
    let below = folders.descendants_of(RowId::<Folder>::from_raw(1), folders::parent_id);
    assert_eq!(folders.delete(below).execute(&mut session).unwrap(), 3);
    assert_eq!(walk!(kin, ben, descendants_of(5)), [6, 7]);
}
