//! A read sees the rows of its tenant, and no other.

use diesel::dsl::{max, sum};
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::{record, sent_by};

#[derive(Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = items)]
struct Weighed {
    name: String,
    weight: Option<i32>,
}

fn names(found: Vec<Item>) -> Vec<String> {
    found.into_iter().map(|item| item.name).collect()
}

#[test]
fn a_query_loads_own_rows_only() {
    let gear = Gear::new();
    for (scope, ids) in [(gear.anna(), vec![1, 2, 3]), (gear.ben(), vec![4, 5, 6, 7])] {
        let mut session = gear.db.session(&scope).unwrap();
        let found: Vec<i64> = Repo::<Item>::new(&scope)
            .query()
            .select(items::id)
            .order(items::id)
            .load(&mut session)
            .unwrap();
        assert_eq!(found, ids);
    }
}

#[test]
fn a_condition_with_or_stays_within_the_scope() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let found: Vec<Item> = Repo::<Item>::new(&scope)
        .query()
        .filter(items::name.eq("Lamp").or(items::name.ne("Lamp")))
        .load(&mut session)
        .unwrap();
    assert_eq!(found.len(), 3);
}

diesel::infix_operator!(Either, " OR ");

#[test]
fn an_operator_without_parentheses_of_its_own_stays_within_the_scope() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let always = || Either::new(items::name.eq("Lamp"), items::name.ne("Lamp"));
    let found: Vec<Item> = items
        .query()
        .filter(items::weight.gt(0))
        .filter(always())
        .load(&mut session)
        .unwrap();
    assert_eq!(names(found), ["Lamp", "Tent"]);
    let deleted = crate::support::leaving_ben_alone(&gear, || {
        items
            .delete(items.query().filter(always()))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(deleted, 3);
}

#[test]
fn conditions_are_joined_by_and() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let found: Vec<Item> = Repo::<Item>::new(&scope)
        .query()
        .filter(items::name.eq("Lamp").or(items::name.eq("Tent")))
        .filter(items::weight.gt(500).or(items::weight.is_null()))
        .load(&mut session)
        .unwrap();
    assert_eq!(names(found), ["Tent"]);
}

#[test]
fn the_tenant_column_can_be_asked_for_but_not_overruled() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let theirs: Vec<Item> = items
        .query()
        .filter(items::tenant_id.eq(2))
        .load(&mut session)
        .unwrap();
    assert_eq!(theirs, []);
    let all: Vec<Item> = items
        .query()
        .filter(items::tenant_id.gt(0))
        .load(&mut session)
        .unwrap();
    assert_eq!(all.len(), 3);
}

#[test]
fn find_gives_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let lamp: Item = items.find(RowId::from_raw(1)).first(&mut session).unwrap();
    assert_eq!(lamp.weight, Some(100));
    for theirs in [4, 5, 6, 7, 99, 0, -1] {
        let none: tenancy::Result<Item> =
            items.find(RowId::from_raw(theirs)).get_result(&mut session);
        assert!(matches!(none, Err(Error::NotFound)), "{theirs}");
    }
}

#[test]
fn a_missing_row_can_be_an_option() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let none: Option<Item> = items
        .find(RowId::from_raw(4))
        .first(&mut session)
        .optional()
        .unwrap();
    assert_eq!(none, None);
    let one: Option<Item> = items
        .find(RowId::from_raw(1))
        .first(&mut session)
        .optional()
        .unwrap();
    assert!(one.is_some());
}

#[test]
fn counts_and_aggregates_are_of_own_rows() {
    let gear = Gear::new();
    for (scope, count, total, most) in [(gear.anna(), 3, 2100, 2000), (gear.ben(), 4, 1450, 900)] {
        let mut session = gear.db.session(&scope).unwrap();
        let items = Repo::<Item>::new(&scope);
        let counted: i64 = items.query().count().get_result(&mut session).unwrap();
        let summed: Option<i64> = items
            .query()
            .select(sum(items::weight))
            .get_result(&mut session)
            .unwrap();
        let largest: Option<i32> = items
            .query()
            .select(max(items::weight))
            .get_result(&mut session)
            .unwrap();
        assert_eq!((counted, summed, largest), (count, Some(total), Some(most)));
    }
}

#[test]
fn exists_asks_own_rows_only() {
    let gear = Gear::new();
    for (scope, expected) in [(gear.anna(), false), (gear.ben(), true)] {
        let mut session = gear.db.session(&scope).unwrap();
        let rope: bool = Repo::<Item>::new(&scope)
            .query()
            .filter(items::name.eq("Rope"))
            .exists()
            .get_result(&mut session)
            .unwrap();
        assert_eq!(rope, expected);
    }
}

#[test]
fn limit_and_offset_count_own_rows() {
    let gear = Gear::new();
    let scope = gear.ben();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let in_order = || items.query().order(items::id.desc());
    let page: Vec<Item> = in_order().limit(2).offset(1).load(&mut session).unwrap();
    assert_eq!(names(page), ["Tent", "Stove"]);
    let same: Vec<Item> = in_order().offset(1).limit(2).load(&mut session).unwrap();
    assert_eq!(names(same), ["Tent", "Stove"]);
    let rest: Vec<Item> = in_order().offset(3).load(&mut session).unwrap();
    assert_eq!(names(rest), ["Lamp"]);
    let beyond: Vec<Item> = in_order().offset(4).load(&mut session).unwrap();
    assert_eq!(names(beyond), Vec::<String>::new());
    let first: Item = in_order().offset(1).first(&mut session).unwrap();
    assert_eq!(first.name, "Tent");
    let page = || in_order().limit(3).offset(1);
    let first: Item = page().first(&mut session).unwrap();
    assert_eq!(first.name, "Tent");
    let shorter: Vec<Item> = page().limit(2).load(&mut session).unwrap();
    assert_eq!(names(shorter), ["Tent", "Stove"]);
    let later: Vec<Item> = page().limit(1).offset(2).load(&mut session).unwrap();
    assert_eq!(names(later), ["Stove"]);
    let none: Vec<Item> = in_order().limit(0).load(&mut session).unwrap();
    assert_eq!(names(none), Vec::<String>::new());
}

/// SQLite takes a negative limit for none, so that a number of the client's could read, or
/// delete, all there is.
#[test]
fn negative_limits_and_offsets_are_refused() {
    record();
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    for number in [-1, i64::MIN] {
        let (refused, sent) = sent_by(|| {
            [
                items.query().limit(number).load::<Item>(&mut session),
                items.query().offset(number).load(&mut session),
                items.query().limit(1).offset(number).load(&mut session),
                items.query().limit(number).offset(1).load(&mut session),
            ]
        });
        for result in refused {
            assert!(
                matches!(result, Err(tenancy::Error::InvalidPage { .. })),
                "{result:?}"
            );
        }
        assert!(sent.is_empty(), "{sent:?}");
        let (refused, sent) = sent_by(|| {
            items
                .query()
                .distinct()
                .select(items::name)
                .limit(number)
                .load::<String>(&mut session)
        });
        assert!(
            matches!(refused, Err(tenancy::Error::InvalidPage { .. })),
            "{refused:?}"
        );
        assert!(sent.is_empty(), "{sent:?}");
        let (deleted, sent) = sent_by(|| {
            items
                .delete(items.query().limit(number))
                .execute(&mut session)
        });
        assert!(
            matches!(deleted, Err(tenancy::Error::InvalidPage { .. })),
            "{deleted:?}"
        );
        assert!(sent.is_empty(), "{sent:?}");
    }
    let left: i64 = items.query().count().get_result(&mut session).unwrap();
    assert_eq!(left, 3);
}

#[test]
fn rows_are_ordered() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let found: Vec<Item> = Repo::<Item>::new(&scope)
        .query()
        .order_by(items::category_id.desc())
        .then_order_by(items::name.asc())
        .load(&mut session)
        .unwrap();
    assert_eq!(names(found), ["Stove", "Tent", "Lamp"]);
}

#[test]
fn rows_are_loaded_one_by_one() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let seen: tenancy::Result<Vec<Item>> = Repo::<Item>::new(&scope)
        .query()
        .order(items::id)
        .load_iter(&mut session)
        .unwrap()
        .collect();
    assert_eq!(names(seen.unwrap()), ["Lamp", "Stove", "Tent"]);
}

#[test]
fn another_struct_of_the_same_table_can_be_loaded() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let lamp: Weighed = items.find(RowId::from_raw(1)).first(&mut session).unwrap();
    let same: Weighed = items
        .find(RowId::from_raw(1))
        .select(Weighed::as_select())
        .first(&mut session)
        .unwrap();
    assert_eq!(lamp, same);
    let pair: (String, Option<i32>) = items
        .find(RowId::from_raw(1))
        .select((items::name, items::weight))
        .first(&mut session)
        .unwrap();
    assert_eq!(pair, (lamp.name, lamp.weight));
}

#[test]
fn a_key_of_two_columns_leads_to_the_row_of_the_scope() {
    let gear = Gear::new();
    for (scope, unit) in [(gear.anna(), "g"), (gear.ben(), "oz")] {
        let mut session = gear.db.session(&scope).unwrap();
        let found: Setting = Repo::<Setting>::new(&scope)
            .find("unit")
            .first(&mut session)
            .unwrap();
        assert_eq!(found.value, unit);
    }
}

#[test]
fn a_tenant_sees_itself_and_no_other_tenant() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let customers = Repo::<Customer>::new(&scope);
    let all: Vec<Customer> = customers.query().load(&mut session).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].name, "Anna");
    let ben: tenancy::Result<Customer> = customers.find(2).first(&mut session);
    assert!(matches!(ben, Err(Error::NotFound)));
}

#[test]
fn global_rows_are_read_in_every_scope() {
    let gear = Gear::new();
    for scope in [gear.anna(), gear.ben()] {
        let mut session = gear.db.session(&scope).unwrap();
        let units = Repo::<Unit>::new(&scope);
        let all: Vec<Unit> = units.query().load(&mut session).unwrap();
        assert_eq!(all.len(), 2);
        let gram: Unit = units.find(RowId::from_raw(1)).first(&mut session).unwrap();
        assert_eq!(gram.name, "g");
    }
}

#[test]
fn a_read_only_session_reads() {
    let gear = Gear::new();
    let scope = gear.anna().read_only();
    let mut session = gear.db.session(&scope).unwrap();
    let count: i64 = Repo::<Item>::new(&scope)
        .query()
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(count, 3);
}
