//! References, sharing, and what errors tell: L-60 to L-71.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use super::{annas, category, item};
use crate::gear::*;
use crate::kin::{Kin, Mark, Message, NewMark, threads};
use crate::support::*;

#[test]
fn l_60_a_reference_stays_within_the_tenant() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    changing_nothing(&gear, || {
        let moved = items
            .update(item(1))
            .set(items::category_id.eq(category(3)))
            .execute(&mut session);
        assert!(matches!(moved, Err(Error::ForeignKeyViolation { .. })));
    });
}

#[test]
fn l_61_no_child_is_put_under_another_tenants_parent() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let child = |name, parent| NewItem {
        category_id: category(parent),
        name,
    };
    changing_nothing(&gear, || {
        let foreign = items
            .insert(child("a", 3))
            .execute(&mut session)
            .unwrap_err();
        let missing = items
            .insert(child("a", 99))
            .execute(&mut session)
            .unwrap_err();
        assert!(matches!(foreign, Error::ForeignKeyViolation { .. }));
        assert_eq!(all_text(&foreign), all_text(&missing));
        let among_own = items
            .insert([child("a", 1), child("b", 3)])
            .execute(&mut session);
        assert!(matches!(among_own, Err(Error::ForeignKeyViolation { .. })));
    });
}

#[test]
fn l_61_no_child_is_put_below_a_parent_that_is_not_the_tenants() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let before = whole_table(&mut kin.raw(), "marks");
    for parent in [5, 99] {
        let new = NewMark {
            word: "mine",
            message_id: RowId::from_raw(parent),
        };
        let result = Repo::<Mark>::new(&scope).insert(new).execute(&mut session);
        assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
    }
    assert_eq!(whole_table(&mut kin.raw(), "marks"), before);
    let known: i64 = Repo::<Message>::new(&scope)
        .query()
        .inner_join(threads::table)
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(known, 4);
}

#[test]
fn l_70_missing_and_foreign_are_the_same() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let [foreign, missing] = [4, 99].map(|id| {
        [
            items.find(item(id)).first::<Item>(&mut session).map(drop),
            items
                .update(item(id))
                .set(items::weight.eq(1))
                .execute(&mut session)
                .map(drop),
            items.delete(item(id)).execute(&mut session).map(drop),
        ]
        .map(|result| all_text(&result.unwrap_err()))
    });
    assert_eq!(foreign, missing);
}

#[test]
fn l_71_a_name_that_another_tenant_took_is_free() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    // Ben has a rope, and nobody a boat: Anna sees no difference.
    let [taken, free] = ["Rope", "Boat"].map(|name| {
        items
            .insert(NewItem {
                category_id: category(1),
                name,
            })
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(taken, free);
    let own = items
        .insert(NewItem {
            category_id: category(1),
            name: "Rope",
        })
        .execute(&mut session)
        .unwrap_err();
    assert!(!all_text(&own).contains("Rope"));
}
