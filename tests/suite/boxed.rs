//! Queries that are put together at run time have the guarantees of any other.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;

type Conn = Session<crate::support::Conn>;

fn annas<R>(program: impl FnOnce(&Repo<Item>, &mut Conn) -> R) -> R {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    program(&Repo::new(&anna), &mut session)
}

/// Anna's items with these conditions, if they are given.
fn found(name: Option<&str>, light: bool, backwards: bool) -> Vec<String> {
    annas(|items, session| {
        let mut query = items.query().into_boxed();
        if let Some(name) = name {
            query = query.filter(items::name.like(name));
        }
        if light {
            query = query.filter(items::weight.is_null().or(items::weight.lt(500)));
        }
        query = if backwards {
            query.order(items::name.desc())
        } else {
            query.order(items::name)
        };
        let found: Vec<Item> = query.limit(5).load(session).unwrap();
        found.into_iter().map(|item| item.name).collect()
    })
}

#[test]
fn conditions_are_put_together_at_run_time() {
    assert_eq!(found(None, false, false), ["Lamp", "Stove", "Tent"]);
    assert_eq!(found(None, false, true), ["Tent", "Stove", "Lamp"]);
    assert_eq!(found(Some("%o%"), false, false), ["Stove"]);
    assert_eq!(found(None, true, false), ["Lamp", "Stove"]);
    assert_eq!(found(Some("%a%"), true, false), ["Lamp"]);
    assert_eq!(found(Some("Rope"), false, false), [""; 0]);
}

/// A condition that is always true beside one that is never: the tenant's stays.
#[test]
fn no_condition_takes_the_tenants_apart() {
    let names: Vec<String> = annas(|items, session| {
        items
            .query()
            .into_boxed()
            .filter(items::id.eq(items::id).or(items::name.eq("Rope")))
            .filter(items::id.gt(0).or(items::id.le(0)))
            .filter_dynamic(sql::<Bool>("1 = 2 OR 1 = 1"))
            .select(items::name)
            .order(items::name)
            .load(session)
            .unwrap()
    });
    assert_eq!(names, ["Lamp", "Stove", "Tent"]);
}

#[test]
fn every_end_of_a_boxed_query_is_annas() {
    annas(|items, session| {
        let boxed = || items.query().into_boxed().filter(items::name.ne("Lamp"));
        let count: i64 = boxed().count().get_result(session).unwrap();
        let first: Item = boxed().order(items::id.desc()).first(session).unwrap();
        let any: bool = boxed().exists().get_result(session).unwrap();
        let rope: bool = boxed()
            .filter(items::name.eq("Rope"))
            .exists()
            .get_result(session)
            .unwrap();
        let page: Vec<i64> = boxed()
            .select(items::id)
            .order(items::id)
            .limit(1)
            .offset(1)
            .load(session)
            .unwrap();
        assert_eq!((count, first.id.get(), any, rope), (2, 3, true, false));
        assert_eq!(page, [3]);
    });
}

#[test]
fn find_is_boxed_too() {
    annas(|items, session| {
        let mine: Item = items
            .find(RowId::from_raw(1))
            .into_boxed()
            .first(session)
            .unwrap();
        assert_eq!(mine.name, "Lamp");
        let bens = items
            .find(RowId::from_raw(4))
            .into_boxed()
            .first::<Item>(session);
        assert!(matches!(bens, Err(tenancy::Error::NotFound)));
    });
}

#[test]
fn joins_are_boxed_before_and_after() {
    annas(|items, session| {
        let mut before = items.query().inner_join(categories::table).into_boxed();
        before = before.filter(categories::name.eq("Camp"));
        let rows: Vec<(Item, Category)> = before.order(items::id).load(session).unwrap();
        let ids: Vec<i64> = rows.iter().map(|(item, _)| item.id.get()).collect();
        assert_eq!(ids, [2, 3]);
        assert!(rows.iter().all(|(_, category)| category.id.get() == 2));

        let after: Vec<(String, String)> = items
            .query()
            .into_boxed()
            .filter(items::id.eq(1))
            .inner_join(categories::table)
            .filter(categories::id.gt(0))
            .select((items::name, categories::name))
            .load(session)
            .unwrap();
        assert_eq!(after, [("Lamp".to_owned(), "Light".to_owned())]);
    });
}

/// A category of Ben's under an item of Anna's, which no constraint of this test forbids.
#[test]
fn the_joined_tables_condition_is_boxed_with_it() {
    let gear = Gear::new();
    diesel::connection::SimpleConnection::batch_execute(
        &mut gear.raw(),
        &dialect::unchecked("UPDATE items SET category_id = 4 WHERE id = 3"),
    )
    .unwrap();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let names: Vec<String> = Repo::<Item>::new(&anna)
        .query()
        .inner_join(categories::table)
        .into_boxed()
        .select(items::name)
        .order(items::name)
        .load(&mut session)
        .unwrap();
    assert_eq!(names, ["Lamp", "Stove"]);
}

#[test]
fn groups_and_distinct_rows_are_boxed() {
    annas(|items, session| {
        let mut groups = items
            .query()
            .group_by(items::category_id)
            .select((items::category_id, count_star()))
            .into_boxed();
        groups = groups.filter(items::name.ne("Stove"));
        groups = groups.having(count_star().ge(1));
        let rows: Vec<(i64, i64)> = groups.order(items::category_id).load(session).unwrap();
        assert_eq!(rows, [(1, 1), (2, 1)]);

        let mut used = items
            .query()
            .distinct()
            .select(items::category_id)
            .into_boxed();
        used = used.filter(items::id.ne(1));
        let used: Vec<i64> = used.load(session).unwrap();
        assert_eq!(used, [2]);
    });
}

/// Anna's boxed query on Ben's session.
#[test]
fn a_boxed_query_belongs_to_its_scope() {
    let gear = Gear::new();
    let mut bens = gear.db.session(&gear.ben()).unwrap();
    let query = Repo::<Item>::new(&gear.anna()).query().into_boxed();
    let loaded = query.load::<Item>(&mut bens);
    assert!(matches!(loaded, Err(tenancy::Error::ScopeMismatch)));
}
