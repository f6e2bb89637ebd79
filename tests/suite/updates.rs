//! An update changes rows of its tenant, and no other, and never moves one.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::*;

#[test]
fn an_update_by_key_changes_the_one_row() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let id = RowId::<Item>::from_raw(1);
    leaving_ben_alone(&gear, || {
        items
            .update(id)
            .set((
                items::name.eq("Lantern"),
                items::weight.eq(items::weight + 5),
            ))
            .execute(&mut session)
            .unwrap()
    });
    let lamp: Item = items.find(id).first(&mut session).unwrap();
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
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(all, 3);
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
    items
        .update(id)
        .set(&ItemChanges {
            name: Some("Lantern"),
            weight: None,
        })
        .execute(&mut session)
        .unwrap();
    let renamed: Item = items.find(id).first(&mut session).unwrap();
    assert_eq!(renamed.weight, Some(100));
    items
        .update(id)
        .set(ItemChanges {
            name: None,
            weight: Some(None),
        })
        .execute(&mut session)
        .unwrap();
    let unweighed: Item = items.find(id).first(&mut session).unwrap();
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
    let count = leaving_ben_alone(&gear, || {
        settings
            .update("unit")
            .set(settings::value.eq("kg"))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 1);
    let unit: Setting = settings.find("unit").first(&mut session).unwrap();
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
