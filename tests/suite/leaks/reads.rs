//! Reads: L-20 to L-31.

use diesel::connection::SimpleConnection;
use diesel::dsl::{max, min, sql, sum};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use tenancy::prelude::*;
use tenancy::{Claims, Error, Result};

use super::{annas, item};
use crate::dialect;
use crate::gear::*;
use crate::kin::{Kin, Mark, Message, marks, messages};
use crate::support::*;

/// An item of Anna's that refers to Ben's category 3, and one of Ben's in Anna's 1.
fn cross(gear: &Gear) {
    gear.raw()
        .batch_execute(&dialect::unchecked(
            "INSERT INTO items VALUES (8, 1, 3, 'Stray', 1), (9, 2, 1, 'Stray', 1);",
        ))
        .unwrap();
}

/// A child is its own parent's, and not any parent's that the tenant has.
#[test]
fn l_20_the_test_of_the_parent_is_tied_to_the_child() {
    let kin = Kin::new();
    let (anna, ben) = (kin.anna(), kin.ben());
    let of = |scope: &TenantScope<i64>| -> Vec<i64> {
        let mut session = kin.db.session(scope).unwrap();
        Repo::<Mark>::new(scope)
            .query()
            .select(marks::id)
            .order(marks::id)
            .load(&mut session)
            .unwrap()
    };
    assert_eq!(of(&anna), [1, 2, 3]);
    assert_eq!(of(&ben), [4, 5, 6]);
}

#[test]
fn l_20_existence_is_tied_to_the_row() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let good = || {
        Repo::<Mark>::new(&scope)
            .query()
            .filter(marks::word.eq("good"))
    };
    let messages = Repo::<Message>::new(&scope);
    let with: Vec<i64> = messages
        .query()
        .where_exists(good())
        .select(messages::id)
        .order(messages::id)
        .load(&mut session)
        .unwrap();
    let without: Vec<i64> = messages
        .query()
        .where_not_exists(good())
        .select(messages::id)
        .order(messages::id)
        .load(&mut session)
        .unwrap();
    assert_eq!((with, without), (vec![1, 4], vec![2, 3]));
}

#[test]
fn l_21_a_page_needs_no_way_out() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let page = items
        .query()
        .order(items::name)
        .paginate(1, 2)
        .load_page::<Item>(&mut session)
        .unwrap();
    assert_eq!((page.rows.len(), page.total), (2, 3));
}

#[test]
fn l_22_both_sides_of_a_join_are_within_the_scope() {
    let gear = Gear::new();
    cross(&gear);
    let (items, mut session) = annas(&gear);
    let seen: Vec<(i64, i64)> = items
        .query()
        .inner_join(categories::table)
        .select((items::tenant_id, categories::tenant_id))
        .load(&mut session)
        .unwrap();
    assert_eq!(seen, [(1, 1); 3]);
    let seen: Vec<(i64, i64)> = Repo::<Category>::new(&gear.anna())
        .query()
        .inner_join(items::table)
        .select((items::tenant_id, categories::tenant_id))
        .load(&mut session)
        .unwrap();
    assert_eq!(seen, [(1, 1); 3]);
}

#[test]
fn l_23_a_left_join_keeps_its_rows_and_shows_own_partners() {
    let gear = Gear::new();
    cross(&gear);
    let (_, mut session) = annas(&gear);
    let pairs: Vec<(String, Option<i64>)> = Repo::<Category>::new(&gear.anna())
        .query()
        .left_join(
            items::table.on(items::category_id
                .eq(categories::id)
                .and(items::weight.gt(500))),
        )
        .select((categories::name, items::tenant_id.nullable()))
        .order(categories::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(pairs, [("Light".into(), None), ("Camp".into(), Some(1))]);
}

#[test]
fn l_24_or_stays_in_parentheses() {
    let gear = Gear::new();
    cross(&gear);
    let (items, mut session) = annas(&gear);
    let always = || items::name.eq("Lamp").or(items::name.ne("Lamp"));
    let plain: i64 = items
        .query()
        .filter(always())
        .count()
        .get_result(&mut session)
        .unwrap();
    let dynamic: i64 = items
        .query()
        .filter_dynamic(sql::<Bool>("name = 'Lamp' OR 1 = 1"))
        .count()
        .get_result(&mut session)
        .unwrap();
    let joined: i64 = items
        .query()
        .inner_join(categories::table)
        .filter(always().or(categories::name.ne("")))
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!((plain, dynamic, joined), (4, 4, 3));
}

#[test]
fn l_26_find_is_a_query_like_any_other() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    for _ in 0..2 {
        let foreign: Result<Item> = items.find(item(4)).first(&mut session);
        assert!(matches!(foreign, Err(Error::NotFound)));
    }
    // Nothing remembers a row: a change elsewhere is seen.
    let before: Item = items.find(item(1)).first(&mut session).unwrap();
    gear.raw()
        .batch_execute(
            "UPDATE items SET tenant_id = 2, category_id = 3, name = 'Gone' WHERE id = 1",
        )
        .unwrap();
    assert_eq!(before.name, "Lamp");
    let after: Result<Item> = items.find(item(1)).first(&mut session);
    assert!(matches!(after, Err(Error::NotFound)));
}

#[test]
fn l_29_aggregates_are_of_the_scope() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let count: i64 = items.query().count().get_result(&mut session).unwrap();
    let total: Option<i64> = items
        .query()
        .select(sum(items::weight))
        .get_result(&mut session)
        .unwrap();
    let ends: (Option<i32>, Option<i32>) = items
        .query()
        .select((min(items::weight), max(items::weight)))
        .get_result(&mut session)
        .unwrap();
    let rope: bool = items
        .query()
        .filter(items::name.eq("Rope"))
        .exists()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(
        (count, total, ends, rope),
        (3, Some(2100), (Some(100), Some(2000)), false)
    );
}

#[test]
fn l_31_no_key_means_everybody() {
    let (db, _file) = database("");
    for key in [0_i64, -1] {
        let identity = identity(&db, Claims::new(key)).unwrap();
        assert!(matches!(
            TenantScope::new(&identity),
            Err(Error::InvalidKey { .. })
        ));
    }
    let identity = identity(&db, Claims::new(String::new())).unwrap();
    assert!(matches!(
        TenantScope::new(&identity),
        Err(Error::InvalidKey { .. })
    ));
}
