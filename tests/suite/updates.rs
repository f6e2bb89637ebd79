//! An update changes rows of its tenant, and no other, and never moves one.

use std::cell::RefCell;

use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect::{self, Backend};
use crate::gear::*;
use crate::support::*;

#[test]
fn an_update_by_key_changes_the_one_row() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let lamp: Item = leaving_ben_alone(&gear, || {
        Repo::<Item>::new(&scope)
            .update(RowId::<Item>::from_raw(1))
            .set((
                items::name.eq("Lantern"),
                items::weight.eq(items::weight + 5),
            ))
            .get_result(&mut session)
            .unwrap()
    });
    assert_eq!((lamp.name.as_str(), lamp.weight), ("Lantern", Some(105)));
    assert_eq!(
        rows_of(&gear, 1)
            .iter()
            .filter(|row| row.contains("'Lantern'"))
            .count(),
        1
    );
}

#[test]
fn an_update_of_another_tenants_row_finds_nothing() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    for id in [4_i64, 99] {
        let target = RowId::<Item>::from_raw(id);
        changing_nothing(&gear, || {
            let counted = items
                .update(target)
                .set(items::name.eq("x"))
                .execute(&mut session);
            assert!(matches!(counted, Err(Error::NotFound)), "{id}");
            let returned: tenancy::Result<Item> = items
                .update(target)
                .set(items::name.eq("x"))
                .get_result(&mut session);
            assert!(matches!(returned, Err(Error::NotFound)), "{id}");
            let loaded: Vec<Item> = items
                .update(target)
                .set(items::name.eq("x"))
                .get_results(&mut session)
                .unwrap();
            assert_eq!(loaded, []);
            let changed = items
                .update(target)
                .set(&ItemChanges {
                    name: Some("x"),
                    ..Default::default()
                })
                .execute(&mut session);
            assert!(matches!(changed, Err(Error::NotFound)), "{id}");
        });
    }
}

#[test]
fn an_update_by_query_changes_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = leaving_ben_alone(&gear, || {
        items
            .update(
                items
                    .query()
                    .filter(items::name.eq("Lamp").or(items::name.eq("Rope"))),
            )
            .set(items::weight.eq(1))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 1);
    let all = leaving_ben_alone(&gear, || {
        items
            .update(items.query())
            .set(items::weight.eq(2))
            .returning(items::id)
            .get_results::<i64>(&mut session)
            .unwrap()
    });
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn an_update_by_a_query_that_finds_nothing_changes_nothing() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = changing_nothing(&gear, || {
        items
            .update(items.query().filter(items::name.eq("Rope")))
            .set(items::weight.eq(1))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 0);
}

#[test]
fn a_field_that_is_none_leaves_its_column_alone() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let id = RowId::<Item>::from_raw(1);
    let renamed: Item = items
        .update(id)
        .set(&ItemChanges {
            name: Some("Lantern"),
            weight: None,
        })
        .get_result(&mut session)
        .unwrap();
    assert_eq!(renamed.weight, Some(100));
    let unweighed: Item = items
        .update(id)
        .set(ItemChanges {
            name: None,
            weight: Some(None),
        })
        .get_result(&mut session)
        .unwrap();
    assert_eq!(
        (unweighed.name.as_str(), unweighed.weight),
        ("Lantern", None)
    );
}

#[test]
fn an_empty_changeset_is_an_error_and_nothing_is_sent() {
    record();
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let (result, sent) = sent_by(|| {
        items
            .update(items.query())
            .set(&ItemChanges::default())
            .execute(&mut session)
    });
    assert!(matches!(result, Err(Error::EmptyChangeset)));
    assert_eq!(sent, Vec::<String>::new());
}

#[test]
fn an_update_under_a_key_of_two_columns_changes_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let settings = Repo::<Setting>::new(&scope);
    let unit: Setting = leaving_ben_alone(&gear, || {
        settings
            .update("unit")
            .set(settings::value.eq("kg"))
            .get_result(&mut session)
            .unwrap()
    });
    assert_eq!(unit.value, "kg");
}

#[test]
fn a_tenant_changes_its_own_row_and_no_other_tenants() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let customers = Repo::<Customer>::new(&scope);
    leaving_ben_alone(&gear, || {
        customers
            .update(1)
            .set(customers::name.eq("Anne"))
            .execute(&mut session)
            .unwrap();
        let ben = customers
            .update(2)
            .set(customers::name.eq("Anne"))
            .execute(&mut session);
        assert!(matches!(ben, Err(Error::NotFound)));
    });
}

/// A trigger that gives each item of Anna's to Ben while it is changed.
fn with_a_thief() -> Gear {
    let gear = Gear::new();
    let stolen = [
        ("tenant_id", "2"),
        ("category_id", "3"),
        ("name", "'Stolen'"),
    ];
    gear.raw()
        .batch_execute(&dialect::changing_trigger(
            "BEFORE UPDATE OF weight",
            "items",
            "OLD.tenant_id = 1",
            &stolen,
        ))
        .unwrap();
    gear
}

#[test]
fn a_row_that_a_trigger_moved_is_not_returned() {
    let gear = with_a_thief();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let id = RowId::<Item>::from_raw(1);
    let result: tenancy::Result<Item> = items
        .update(id)
        .set(items::weight.eq(1))
        .get_result(&mut session);
    assert!(matches!(result, Err(Error::OutOfScope)), "{result:?}");
    assert!(!all_text(&result.unwrap_err()).contains("Stolen"));
}

/// A name that no row has, and what the application's own code got to see of it.
#[derive(Debug, FromSqlRow)]
struct NoName;

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

impl FromSql<Text, Backend> for NoName {
    fn from_sql(
        value: <Backend as diesel::backend::Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        let name = <String as FromSql<Text, Backend>>::from_sql(value)?;
        SEEN.with_borrow_mut(|seen| seen.push(name.clone()));
        Err(format!("{name} is a name").into())
    }
}

#[test]
fn the_values_of_a_row_that_a_trigger_moved_are_not_decoded() {
    let gear = with_a_thief();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let result: tenancy::Result<NoName> = items
        .update(RowId::<Item>::from_raw(1))
        .set(items::name.eq("Lantern"))
        .returning(items::name)
        .get_result(&mut session);
    assert!(all_text(&result.unwrap_err()).contains("Lantern is a name"));
    assert_eq!(SEEN.take(), ["Lantern"]);
    let result: tenancy::Result<NoName> = items
        .update(RowId::<Item>::from_raw(1))
        .set(items::weight.eq(1))
        .returning(items::name)
        .get_result(&mut session);
    assert!(matches!(result, Err(Error::OutOfScope)), "{result:?}");
    assert_eq!(SEEN.take(), Vec::<String>::new());
}

#[test]
fn one_moved_row_among_many_is_an_error() {
    let gear = with_a_thief();
    gear.raw()
        .batch_execute("DELETE FROM items WHERE id IN (1, 2)")
        .unwrap();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let result: tenancy::Result<Vec<String>> = items
        .update(items.query())
        .set(items::weight.eq(1))
        .returning(items::name)
        .get_results(&mut session);
    assert!(matches!(result, Err(Error::OutOfScope)), "{result:?}");
}

#[test]
fn what_a_trigger_moved_is_put_back_by_the_transaction() {
    let gear = with_a_thief();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    changing_nothing(&gear, || {
        let result: tenancy::Result<Item> = session.transaction(|session| {
            items
                .update(RowId::<Item>::from_raw(1))
                .set(items::weight.eq(1))
                .get_result(session)
        });
        assert!(matches!(result, Err(Error::OutOfScope)));
    });
}
