//! What an UPDATE returns: the rows as they are now, of its tenant only.
//!
//! MySQL and MariaDB have no RETURNING on UPDATE: there it does not compile.

use std::cell::RefCell;

use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::Error;
use tenancy::prelude::*;

use crate::bin::{Bin, Note, Plan, PlanChanges, notes, plans};
use crate::dialect::{self, Backend};
use crate::gear::*;
use crate::support::*;

#[test]
fn the_changed_rows_come_back() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let lamp: Item = leaving_ben_alone(&gear, || {
        items
            .update(RowId::<Item>::from_raw(1))
            .set(items::name.eq("Lantern"))
            .get_result(&mut session)
            .unwrap()
    });
    assert_eq!((lamp.name.as_str(), lamp.weight), ("Lantern", Some(100)));
    let mut all = leaving_ben_alone(&gear, || {
        items
            .update(items.query())
            .set(items::weight.eq(2))
            .returning(items::id)
            .get_results::<i64>(&mut session)
            .unwrap()
    });
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3]);
    let unit: Setting = Repo::<Setting>::new(&scope)
        .update("unit")
        .set(settings::value.eq("kg"))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(unit.value, "kg");
}

#[test]
fn a_missing_and_a_foreign_row_do_not_come_back() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let mut texts = Vec::new();
    for id in [4_i64, 99] {
        let id = RowId::<Item>::from_raw(id);
        let update = || items.update(id).set(items::name.eq("x"));
        changing_nothing(&gear, || {
            let returned = update().get_result::<Item>(&mut session);
            assert!(matches!(returned, Err(Error::NotFound)), "{id:?}");
            texts.push(all_text(&returned.unwrap_err()));
            let loaded: Vec<Item> = update().get_results(&mut session).unwrap();
            assert_eq!(loaded, []);
        });
    }
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn another_scopes_session_and_target_are_refused_and_nothing_is_sent() {
    record();
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let (of_anna, of_ben) = (Repo::<Item>::new(&anna), Repo::<Item>::new(&ben));
    let bens_categories = Repo::<Category>::new(&ben).query().count();
    let own = || of_anna.update(of_anna.query()).set(items::name.eq("x"));
    let foreign = || of_anna.update(of_ben.query()).set(items::name.eq("x"));
    let beside = own().returning((items::id, bens_categories.single_value()));
    let mut bens = gear.db.session(&ben).unwrap();
    let mut annas = gear.db.session(&anna).unwrap();
    let (results, sent) = changing_nothing(&gear, || {
        sent_by(|| {
            [
                own().get_results::<Item>(&mut bens).map(drop),
                foreign().get_results::<Item>(&mut bens).map(drop),
                foreign().get_results::<Item>(&mut annas).map(drop),
                foreign()
                    .returning(items::id)
                    .get_results::<i64>(&mut annas)
                    .map(drop),
                beside
                    .get_results::<(i64, Option<i64>)>(&mut annas)
                    .map(drop),
            ]
        })
    });
    for result in results {
        assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
    }
    assert_eq!(sent, Vec::<String>::new());
}

#[test]
fn what_the_library_keeps_comes_back() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let (notes, plans) = (Repo::<Note>::new(&scope), Repo::<Plan>::new(&scope));
    let (note, plan) = (RowId::<Note>::from_raw(1), RowId::<Plan>::from_raw(1));
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
    let deleted: Note = notes.delete(note).get_result(&mut session).unwrap();
    assert_eq!((deleted.deleted_at, deleted.updated_at), (Some(now), now));
    let again = notes.delete(note).get_result::<Note>(&mut session);
    assert!(matches!(again, Err(Error::NotFound)));
    let back: Note = notes.restore(note).get_result(&mut session).unwrap();
    assert_eq!((back.deleted_at, back.updated_at), (None, now));
    let deleted: Plan = plans.delete(plan).get_result(&mut session).unwrap();
    assert_eq!(deleted.version, 4);
    let back: Plan = plans.restore(plan).get_result(&mut session).unwrap();
    assert_eq!(back.version, 5);
    let changed: Plan = plans
        .update(plan)
        .if_version(5)
        .set(&PlanChanges { name: "Trek" })
        .get_result(&mut session)
        .unwrap();
    assert_eq!((changed.name.as_str(), changed.version), ("Trek", 6));
    let changed: Vec<i64> = plans
        .update(plans.query())
        .set(plans::name.eq("Walk"))
        .returning(plans::version)
        .get_results(&mut session)
        .unwrap();
    assert_eq!(changed, [7]);
}

#[test]
fn a_stale_a_missing_and_a_foreign_version_do_not_come_back() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let plans = Repo::<Plan>::new(&scope);
    for number in [1, 2, 99] {
        let row = RowId::<Plan>::from_raw(number);
        let returned = plans
            .update(row)
            .if_version(7)
            .set(plans::name.eq("x"))
            .returning(plans::name)
            .get_result::<String>(&mut session);
        let deleted = plans
            .delete(row)
            .if_version(7)
            .get_result::<Plan>(&mut session);
        if number == 1 {
            assert!(matches!(returned, Err(Error::StaleVersion)));
            assert!(matches!(deleted, Err(Error::StaleVersion)));
        } else {
            assert!(matches!(returned, Err(Error::NotFound)));
            assert!(matches!(deleted, Err(Error::NotFound)));
        }
    }
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

#[test]
fn a_row_that_a_trigger_moves_while_it_is_marked_is_not_returned() {
    let bin = Bin::new();
    bin.raw()
        .batch_execute(&dialect::changing_trigger(
            "BEFORE UPDATE OF deleted_at",
            "notes",
            "true",
            &[("tenant_id", "2"), ("name", "'Stolen'")],
        ))
        .unwrap();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let deleted = notes
        .delete(RowId::<Note>::from_raw(1))
        .returning(notes::name)
        .get_result::<String>(&mut session);
    assert!(matches!(deleted, Err(Error::OutOfScope)), "{deleted:?}");
}

#[test]
fn the_proof_of_the_tenant_comes_back_too() {
    record();
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let (_, sent) = sent_by(|| {
        Repo::<Item>::new(&scope)
            .update(RowId::<Item>::from_raw(1))
            .set(items::name.eq("Lantern"))
            .returning(items::id)
            .get_result::<i64>(&mut session)
    });
    let text = dialect::expected(
        "UPDATE `items` SET `name` = ? WHERE `items`.`id` = +? AND `items`.`tenant_id` = +? \
         RETURNING (`items`.`tenant_id` = +?) IS TRUE, `items`.`id`",
    );
    assert!(dialect::plain(&sent[0]).starts_with(&text), "{sent:?}");
}
