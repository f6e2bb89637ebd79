//! A delete takes rows of its tenant, and no other.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::*;

#[test]
fn a_delete_by_key_takes_the_one_row() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = leaving_ben_alone(&gear, || {
        items
            .delete(RowId::<Item>::from_raw(1))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 1);
    let left: Vec<i64> = items.query().select(items::id).load(&mut session).unwrap();
    assert_eq!(left, [2, 3]);
}

#[test]
fn a_delete_of_another_tenants_row_finds_nothing() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    for id in [4_i64, 99] {
        let target = RowId::<Item>::from_raw(id);
        changing_nothing(&gear, || {
            let counted = items.delete(target).execute(&mut session);
            assert!(matches!(counted, Err(Error::NotFound)), "{id}");
            let returned: tenancy::Result<Item> = items.delete(target).get_result(&mut session);
            assert!(matches!(returned, Err(Error::NotFound)), "{id}");
        });
    }
}

#[test]
fn a_delete_of_everything_takes_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = leaving_ben_alone(&gear, || {
        items.delete(items.query()).execute(&mut session).unwrap()
    });
    assert_eq!(count, 3);
}

#[test]
fn a_delete_by_query_takes_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let gone: Vec<Item> = leaving_ben_alone(&gear, || {
        items
            .delete(
                items
                    .query()
                    .filter(items::name.eq("Lamp").or(items::name.eq("Rope"))),
            )
            .get_results(&mut session)
            .unwrap()
    });
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].name, "Lamp");
}

#[test]
fn a_deleted_row_can_be_returned_in_part() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let name: String = leaving_ben_alone(&gear, || {
        Repo::<Item>::new(&scope)
            .delete(RowId::<Item>::from_raw(3))
            .returning(items::name)
            .get_result(&mut session)
            .unwrap()
    });
    assert_eq!(name, "Tent");
}

#[test]
fn a_delete_by_a_query_that_finds_nothing_is_no_error() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = changing_nothing(&gear, || {
        items
            .delete(items.query().filter(items::name.eq("Rope")))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 0);
}

#[test]
fn a_delete_by_a_dynamic_condition_takes_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let count = leaving_ben_alone(&gear, || {
        items
            .delete(
                items
                    .query()
                    .filter_dynamic(diesel::dsl::sql::<diesel::sql_types::Bool>(
                        "name = 'Lamp' OR 1 = 1",
                    )),
            )
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 3);
}

#[test]
fn a_delete_under_a_key_of_two_columns_takes_own_rows_only() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    leaving_ben_alone(&gear, || {
        Repo::<Setting>::new(&scope)
            .delete("unit")
            .execute(&mut session)
            .unwrap();
    });
    assert!(
        !rows_of(&gear, 1)
            .iter()
            .any(|row| row.starts_with("setting"))
    );
}

#[test]
fn a_row_that_is_still_referenced_stays() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let result = changing_nothing(&gear, || {
        Repo::<Category>::new(&scope)
            .delete(RowId::<Category>::from_raw(1))
            .execute(&mut session)
    });
    assert!(matches!(result, Err(Error::ForeignKeyViolation { .. })));
}
