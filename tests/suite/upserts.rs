//! An upsert writes a new row or the tenant's own, and never another tenant's.

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
mod any_key;
mod batches;
mod cache;
mod inherited;
mod owners;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, proposed};

use crate::dialect;
use crate::gear::*;
use crate::support::*;

type Conn = Session<crate::support::Conn>;

fn lamp(weight: i32) -> NewWeighedItem<'static> {
    weighed("Lamp", weight)
}

fn weighed(name: &str, weight: i32) -> NewWeighedItem<'_> {
    NewWeighedItem {
        category_id: RowId::from_raw(1),
        name,
        weight: Some(weight),
    }
}

fn with_anna<R>(work: impl FnOnce(&Gear, &Repo<Item>, &mut Conn) -> R) -> R {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    work(&gear, &Repo::new(&anna), &mut session)
}

fn item(number: i64, name: &str, weight: Option<i32>) -> Item {
    Item {
        id: RowId::from_raw(number),
        name: name.to_owned(),
        weight,
    }
}

/// Ben has a lamp, too, and a rope that Anna has not.
#[test]
fn an_upsert_meets_the_tenants_own_row_only() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let updated: Item = items
                .insert(&lamp(90))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .get_result(session)
                .unwrap();
            assert_eq!(updated, item(1, "Lamp", Some(90)));
            let inserted: Item = items
                .insert(&weighed("Rope", 800))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .get_result(session)
                .unwrap();
            // Some databases use up a number for a row that is not inserted.
            assert!(inserted.id.get() >= 8);
            #[cfg(feature = "sqlite")]
            assert_eq!(inserted.id.get(), 8);
            assert_eq!(inserted, item(inserted.id.get(), "Rope", Some(800)));
        });
    });
}

#[test]
fn the_assignments_read_both_rows() {
    with_anna(|gear, items, session| {
        let upsert = |session: &mut Conn, by| {
            items
                .insert(&lamp(by))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set((
                    items::weight.eq(items::weight + proposed(items::weight)),
                    items::category_id.eq(proposed(items::category_id)),
                ))
                .execute(session)
        };
        leaving_ben_alone(gear, || {
            assert_eq!(upsert(session, 5).unwrap(), 1);
            assert_eq!(upsert(session, 7).unwrap(), 1);
        });
        let weight: Option<i32> = items
            .find(RowId::<Item>::from_raw(1))
            .select(items::weight)
            .get_result(session)
            .unwrap();
        assert_eq!(weight, Some(112));
    });
}

#[test]
fn a_counter_counts() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            for count in 1..4 {
                let weight: Option<i32> = items
                    .insert((
                        items::name.eq("Visits"),
                        items::weight.eq(1),
                        items::category_id.eq(1),
                    ))
                    .on_conflict((items::tenant_id, items::name))
                    .do_update()
                    .set(items::weight.eq(items::weight + 1))
                    .returning(items::weight)
                    .get_result(session)
                    .unwrap();
                assert_eq!(weight, Some(count));
            }
        });
    });
}

#[test]
fn structs_say_the_changes_too() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let changes = ItemChanges {
                name: Some("Lantern"),
                weight: Some(None),
            };
            let changed: Item = items
                .insert(lamp(1))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(&changes)
                .get_result(session)
                .unwrap();
            assert_eq!(changed, item(1, "Lantern", None));
        });
        let nothing = items
            .insert(lamp(1))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(ItemChanges::default());
        let refused = changing_nothing(gear, || nothing.execute(session));
        assert!(matches!(refused, Err(Error::EmptyChangeset)));
    });
}

#[test]
fn do_nothing_gives_an_option() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let there: Option<Item> = items
                .insert(lamp(1))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .get_result(session)
                .unwrap();
            assert_eq!(there, None);
            let new: Option<String> = items
                .insert(&weighed("Rope", 1))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .returning(items::name)
                .get_result(session)
                .unwrap();
            assert_eq!(new.as_deref(), Some("Rope"));
            let count = items
                .insert((items::name.eq("Rope"), items::category_id.eq(1)))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .execute(session)
                .unwrap();
            assert_eq!(count, 0);
        });
    });
}

#[test]
fn a_condition_that_does_not_hold_is_a_conflict() {
    with_anna(|gear, items, session| {
        let unless_heavier = |weight| {
            items
                .insert(lamp(weight))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .filter(items::weight.gt(proposed(items::weight)))
                .filter(items::name.eq("Lamp").or(items::name.eq("Torch")))
        };
        changing_nothing(gear, || {
            let heavier = unless_heavier(200).execute(session);
            assert!(matches!(heavier, Err(Error::Conflict)), "{heavier:?}");
            let heavier = unless_heavier(200).get_result::<Item>(session);
            assert!(matches!(heavier, Err(Error::Conflict)), "{heavier:?}");
            let heavier = unless_heavier(200).load::<Item>(session);
            assert!(matches!(heavier, Err(Error::Conflict)), "{heavier:?}");
        });
        leaving_ben_alone(gear, || {
            let lighter: Item = unless_heavier(60).get_result(session).unwrap();
            assert_eq!(lighter, item(1, "Lamp", Some(60)));
        });
    });
}

/// The first alternative of a condition must not stand beside the tenant's predicate.
#[test]
fn a_condition_stands_in_parentheses() {
    record();
    with_anna(|_, items, session| {
        let (_, sent) = sent_by(|| {
            items
                .insert(&NewItem {
                    category_id: RowId::from_raw(1),
                    name: "Lamp",
                })
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(items::weight + 1))
                .filter(items::name.eq("a").or(items::name.eq("Lamp")))
                .execute(session)
        });
        let text = sent[0].split(" -- ").next().unwrap();
        assert_eq!(
            dialect::plain(text.trim()),
            dialect::expected(&format!(
                "INSERT INTO `items` (`tenant_id`, `category_id`, `name`) VALUES (?, ?, ?) {}",
                dialect::on_conflict(
                    &["tenant_id", "name"],
                    "`weight` = (`items`.`weight` + ?)",
                    "`items`.`tenant_id` = +? AND (((`items`.`name` = ?) OR (`items`.`name` = ?)))"
                )
            )),
        );
    });
}

#[test]
fn a_conflict_in_another_key_is_a_violation() {
    with_anna(|gear, _, session| {
        let customers = Repo::<Customer>::new(&gear.anna());
        let taken = changing_nothing(gear, || {
            customers
                .insert((
                    customers::name.eq("Ann"),
                    customers::api_key.eq("ben's key"),
                ))
                .on_conflict(customers::id)
                .do_update()
                .set(customers::api_key.eq(proposed(customers::api_key)))
                .execute(session)
        });
        assert!(
            matches!(taken, Err(Error::UniqueViolation { .. })),
            "{taken:?}"
        );
    });
}

/// Ben has an item of the same weight.
#[test]
fn another_tenants_row_met_in_another_key_stays() {
    with_anna(|gear, items, session| {
        diesel::connection::SimpleConnection::batch_execute(
            &mut gear.raw(),
            "CREATE UNIQUE INDEX weights ON items (weight)",
        )
        .unwrap();
        let insert = || {
            items
                .insert(weighed("Oar", 400))
                .on_conflict((items::tenant_id, items::name))
        };
        let (updated, left) = changing_nothing(gear, || {
            let updated = insert()
                .do_update()
                .set(items::name.eq("Mine"))
                .execute(session);
            (updated, insert().do_nothing().execute(session))
        });
        for result in [updated, left] {
            assert!(
                matches!(result, Err(Error::UniqueViolation { .. })),
                "{result:?}"
            );
        }
    });
}

#[test]
fn assignments_read_the_row_as_it_was() {
    with_anna(|gear, _, session| {
        let customers = Repo::<Customer>::new(&gear.anna());
        let written = leaving_ben_alone(gear, || {
            customers
                .insert((customers::name.eq("Ann"), customers::api_key.eq("new")))
                .on_conflict(customers::id)
                .do_update()
                .set((
                    customers::name.eq(proposed(customers::name)),
                    customers::api_key.eq(customers::name),
                ))
                .execute(session)
        });
        assert_eq!(written.unwrap(), 1);
        let keys: Vec<(String, String)> = customers
            .query()
            .select((customers::name, customers::api_key))
            .load(session)
            .unwrap();
        assert_eq!(keys, [("Ann".to_owned(), "Anna".to_owned())]);
    });
}

/// Some databases count two for a row that changes, and none for one that stays as it is.
#[test]
fn each_row_counts_one() {
    with_anna(|_, items, session| {
        let mut written = |rows: Vec<NewWeighedItem<'static>>| {
            items
                .insert(rows)
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .execute(session)
                .unwrap()
        };
        assert_eq!(written(vec![weighed("Lamp", 5)]), 1);
        assert_eq!(written(vec![weighed("Lamp", 5)]), 1);
        let three = ["Lamp", "Stove", "Oar"].map(|name| weighed(name, 5));
        assert_eq!(written(three.to_vec()), 3);
    });
}

/// What one session adds is not lost to another one.
#[test]
fn a_counter_counts_for_many() {
    let gear = Gear::new();
    let scope = gear.anna();
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let items = Repo::<Item>::new(&scope);
                let mut session = gear.db.session(&scope).unwrap();
                for _ in 0..20 {
                    while !counted(&items, &mut session) {}
                }
            });
        }
    });
    let mut session = gear.db.session(&scope).unwrap();
    let weight: Vec<Option<i32>> = Repo::<Item>::new(&scope)
        .query()
        .filter(items::name.eq("Visits"))
        .select(items::weight)
        .load(&mut session)
        .unwrap();
    assert_eq!(weight, [Some(40)]);
}

/// Whether it was counted; if not, another session was in the way.
fn counted(items: &Repo<Item>, session: &mut Conn) -> bool {
    let counted = items
        .insert(weighed("Visits", 1))
        .on_conflict((items::tenant_id, items::name))
        .do_update()
        .set(items::weight.eq(items::weight + 1))
        .execute(session);
    match counted {
        Err(Error::SerializationFailure | Error::Locked) => false,
        counted => {
            assert_eq!(counted.unwrap(), 1);
            true
        }
    }
}

/// A customer's own row is known by the tenant column alone.
#[test]
fn a_tenants_row_of_its_own_is_upserted() {
    with_anna(|gear, _, session| {
        let customers = Repo::<Customer>::new(&gear.anna());
        let anna: Customer = leaving_ben_alone(gear, || {
            customers
                .insert((customers::name.eq("Ann"), customers::api_key.eq("new key")))
                .on_conflict(customers::id)
                .do_update()
                .set((
                    customers::name.eq(proposed(customers::name)),
                    customers::api_key.eq(proposed(customers::api_key)),
                ))
                .get_result(session)
                .unwrap()
        });
        assert_eq!((anna.id, anna.name.as_str()), (1, "Ann"));
    });
}

#[test]
fn a_key_of_tenant_and_name_is_each_tenants_own() {
    with_anna(|gear, _, session| {
        let settings = Repo::<Setting>::new(&gear.anna());
        for (value, key) in [("kg", "unit"), ("de", "language")] {
            let set: Setting = leaving_ben_alone(gear, || {
                settings
                    .insert((settings::key.eq(key), settings::value.eq(value)))
                    .on_conflict((settings::tenant_id, settings::key))
                    .do_update()
                    .set(settings::value.eq(proposed(settings::value)))
                    .get_result(session)
                    .unwrap()
            });
            assert_eq!((set.key.as_str(), set.value.as_str()), (key, value));
        }
    });
}

#[test]
fn a_target_without_a_unique_key_is_an_error_that_says_so() {
    with_anna(|gear, items, session| {
        let upsert = items
            .insert(lamp(1))
            .on_conflict((items::tenant_id, items::weight))
            .do_nothing();
        let error = changing_nothing(gear, || upsert.execute(session)).unwrap_err();
        assert!(error.to_string().contains(dialect::NO_SUCH_KEY), "{error}");
    });
}

#[test]
fn a_session_of_another_tenant_takes_none() {
    record();
    let gear = Gear::new();
    let items = Repo::<Item>::new(&gear.anna());
    let mut session = gear.db.session(&gear.ben()).unwrap();
    let insert = || {
        items
            .insert(lamp(1))
            .on_conflict((items::tenant_id, items::name))
    };
    let (results, sent) = sent_by(|| {
        [
            insert()
                .do_update()
                .set(items::weight.eq(1))
                .execute(&mut session),
            insert().do_nothing().execute(&mut session),
            items
                .insert(vec![lamp(1)])
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .execute(&mut session),
        ]
    });
    for result in results {
        assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
    }
    assert!(sent.is_empty(), "{sent:?}");
}

#[test]
fn a_row_that_a_trigger_moves_is_not_returned() {
    with_anna(|gear, items, session| {
        diesel::connection::SimpleConnection::batch_execute(
            &mut gear.raw(),
            &dialect::changing_trigger(
                "BEFORE UPDATE",
                "items",
                "true",
                &[
                    ("tenant_id", "2"),
                    ("name", "'Moved'"),
                    ("category_id", "3"),
                ],
            ),
        )
        .unwrap();
        let moved = items
            .insert(&lamp(7))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(proposed(items::weight)))
            .get_result::<Item>(session);
        assert!(matches!(moved, Err(Error::OutOfScope)), "{moved:?}");
    });
}
