//! Ways in which rows crossed from tenant to tenant in other systems, one test each.
//! `docs/leaks.md` says what leaked, by the same numbers.

use diesel::connection::SimpleConnection;
use diesel::dsl::{max, min, sql, sum};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use tenancy::prelude::*;
use tenancy::{Claims, Error, Result};

use crate::gear::*;
use crate::kin::{Kin, Mark, Message, NewMark, marks, messages, threads};
use crate::support::*;
use crate::telling::sql_of;

type Conn = Session<SqliteConnection>;

/// Anna's items and a session of hers.
fn annas(gear: &Gear) -> (Repo<Item>, Conn) {
    let scope = gear.anna();
    (Repo::new(&scope), gear.db.session(&scope).unwrap())
}

fn item(id: i64) -> RowId<Item> {
    RowId::from_raw(id)
}

fn category(id: i64) -> RowId<Category> {
    RowId::from_raw(id)
}

#[test]
fn l_01_checked_id_is_the_written_id() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    // The changes have no key of their own: the target says which row, once.
    let own: Item = items.find(item(1)).first(&mut session).unwrap();
    let changes = ItemChanges {
        name: Some("Renamed"),
        ..Default::default()
    };
    leaving_ben_alone(&gear, || {
        items
            .update(own.id)
            .set(&changes)
            .execute(&mut session)
            .unwrap();
        let foreign = items.update(item(4)).set(&changes).execute(&mut session);
        assert!(matches!(foreign, Err(Error::NotFound)));
    });
    let update = sql_of(|| drop(items.update(own.id).set(&changes).execute(&mut session)));
    assert_eq!(
        update,
        ["UPDATE `items` SET `name` = ? WHERE `items`.`id` = +? AND `items`.`tenant_id` = +?"],
        "one statement, no read before it"
    );
}

#[test]
fn l_02_an_upsert_meets_own_rows_only() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    leaving_ben_alone(&gear, || {
        // Ben has a rope; Anna has none.
        for weight in [1, 2] {
            let rope: Item = items
                .insert(&NewWeighedItem {
                    category_id: RowId::from_raw(2),
                    name: "Rope",
                    weight: Some(weight),
                })
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(tenancy::proposed(items::weight)))
                .get_result(&mut session)
                .unwrap();
            assert_eq!((rope.id.get(), rope.weight), (8, Some(weight)));
        }
    });
}

#[test]
fn l_03_a_new_row_with_a_taken_key_steals_nothing() {
    let gear = Gear::new();
    let (_, mut session) = annas(&gear);
    let stolen = changing_nothing(&gear, || {
        Repo::<Setting>::new(&gear.anna())
            .insert((settings::key.eq("unit"), settings::value.eq("hijacked")))
            .execute(&mut session)
    });
    assert!(matches!(stolen, Err(Error::UniqueViolation { .. })));
}

#[test]
fn l_04_each_write_names_the_tenant() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let writes = sql_of(|| {
        let set = items::weight.eq(1);
        drop(items.update(item(1)).set(set).execute(&mut session));
        drop(items.update(items.query()).set(set).execute(&mut session));
        drop(items.delete(item(1)).execute(&mut session));
        drop(items.delete(items.query()).execute(&mut session));
    });
    assert_eq!(writes.len(), 4);
    for sql in writes {
        let (_, condition) = sql.split_once(" WHERE ").unwrap();
        assert!(condition.contains("`items`.`tenant_id` = +?"), "{sql}");
    }
}

#[test]
fn l_05_a_loaded_row_is_no_proof_of_ownership() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let mut loaded: Item = items.find(item(1)).first(&mut session).unwrap();
    loaded.id = item(4);
    let foreign = changing_nothing(&gear, || items.delete(loaded.id).execute(&mut session));
    assert!(matches!(foreign, Err(Error::NotFound)));
}

#[test]
fn l_06_what_one_scope_loaded_another_cannot_write() {
    let gear = Gear::new();
    let ben = gear.ben();
    let mut of_ben = gear.db.session(&ben).unwrap();
    let rope: Item = Repo::<Item>::new(&ben)
        .query()
        .filter(items::name.eq("Rope"))
        .first(&mut of_ben)
        .unwrap();
    let (items, mut session) = annas(&gear);
    changing_nothing(&gear, || {
        let written = items
            .update(rope.id)
            .set(items::name.eq("x"))
            .execute(&mut session);
        assert!(matches!(written, Err(Error::NotFound)));
        let written = items.delete(rope.id).execute(&mut session);
        assert!(matches!(written, Err(Error::NotFound)));
    });
}

#[test]
fn l_07_the_tenant_of_a_new_row_is_the_scopes() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let new = |name| NewItem {
        category_id: category(1),
        name,
    };
    let sent = leaving_ben_alone(&gear, || {
        sql_of(|| {
            items.insert(&new("a")).execute(&mut session).unwrap();
            items
                .insert([new("b"), new("c")])
                .execute(&mut session)
                .unwrap();
            items
                .insert((items::category_id.eq(category(1)), items::name.eq("d")))
                .execute(&mut session)
                .unwrap();
        })
    });
    for sql in &sent {
        assert!(
            sql.starts_with("INSERT INTO `items` (`tenant_id`, "),
            "{sql}"
        );
        assert_eq!(sql.matches("tenant_id").count(), 1, "{sql}");
    }
    let owners: Vec<i64> = items::table
        .filter(items::name.eq_any(["a", "b", "c", "d"]))
        .select(items::tenant_id)
        .load(&mut gear.raw())
        .unwrap();
    assert_eq!(owners, [1, 1, 1, 1]);
}

#[test]
fn l_10_a_bulk_update_has_the_tenant_on_the_outside() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let sent = leaving_ben_alone(&gear, || {
        sql_of(|| {
            let heavy = items
                .query()
                .filter(items::weight.gt(100).or(items::name.eq("Lamp")));
            items
                .update(heavy)
                .set(items::weight.eq(1))
                .execute(&mut session)
                .unwrap();
        })
    });
    assert!(
        sent[0].contains("` = ? WHERE (`items`.`tenant_id` = +? AND ("),
        "{sent:?}"
    );
    assert!(!sent[0].contains("SELECT"), "{sent:?}");
}

#[test]
fn l_12_a_delete_is_within_the_scope() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    leaving_ben_alone(&gear, || {
        let foreign = items.delete(item(7)).execute(&mut session);
        assert!(matches!(foreign, Err(Error::NotFound)));
        assert_eq!(
            items.delete(items.query()).execute(&mut session).unwrap(),
            3
        );
    });
}

#[test]
fn l_13_what_one_thread_does_changes_no_other() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    std::thread::scope(|threads| {
        for (scope, expected) in [(&anna, 3), (&ben, 4)] {
            let db = &gear.db;
            threads.spawn(move || {
                for _ in 0..20 {
                    let mut session = db.session(scope).unwrap();
                    let items = Repo::<Item>::new(scope);
                    let count: i64 = items.query().count().get_result(&mut session).unwrap();
                    assert_eq!(count, expected);
                }
            });
        }
    });
}

/// An item of Anna's that refers to Ben's category 3, and one of Ben's in Anna's 1.
fn cross(gear: &Gear) {
    gear.raw()
        .batch_execute(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO items VALUES (8, 1, 3, 'Stray', 1), (9, 2, 1, 'Stray', 1);",
        )
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
        .load_page::<Item, _, _>(&mut session)
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

#[test]
fn l_40_a_worker_keeps_no_tenant() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let count = |scope: &TenantScope<i64>| -> i64 {
        let mut session = gear.db.session(scope).unwrap();
        Repo::<Item>::new(scope)
            .query()
            .count()
            .get_result(&mut session)
            .unwrap()
    };
    // One thread, one connection, one task after the other.
    let (anna, ben) = (gear.anna(), gear.ben());
    assert_eq!([&anna, &ben, &anna, &ben].map(count), [3, 4, 3, 4]);
}

#[test]
fn l_41_a_new_thread_has_the_tenant_that_it_was_given() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    let ben = gear.ben();
    let (of_anna, of_ben) = std::thread::scope(|threads| {
        let of_anna = threads.spawn(|| items.query().count().get_result::<i64>(&mut session));
        let of_ben = threads.spawn(|| {
            let mut session = gear.db.session(&ben).unwrap();
            Repo::<Item>::new(&ben)
                .query()
                .count()
                .get_result::<i64>(&mut session)
        });
        (
            of_anna.join().unwrap().unwrap(),
            of_ben.join().unwrap().unwrap(),
        )
    });
    assert_eq!((of_anna, of_ben), (3, 4));
}

#[test]
fn l_42_a_query_keeps_the_tenant_that_it_was_made_for() {
    let gear = Gear::new();
    let ben = gear.ben();
    let made = {
        let anna = gear.anna();
        Repo::<Item>::new(&anna).query()
    };
    let elsewhere: Result<i64> = made
        .clone()
        .count()
        .get_result(&mut gear.db.session(&ben).unwrap());
    assert!(matches!(elsewhere, Err(Error::ScopeMismatch)));
    let count: i64 = made
        .count()
        .get_result(&mut gear.db.session(&gear.anna()).unwrap())
        .unwrap();
    assert_eq!(count, 3);
}

#[test]
fn l_44_a_connection_out_of_the_pool_has_no_tenant() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let (items, session) = annas(&gear);
    drop(session);
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let foreign: Result<i64> = items.query().count().get_result(&mut session);
    assert!(matches!(foreign, Err(Error::ScopeMismatch)));
}

#[test]
fn l_47_a_rollback_changes_no_tenant() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let (items, mut session) = annas(&gear);
    let rolled_back = session.transaction(|session| -> Result<()> {
        items.delete(items.query()).execute(session)?;
        Err(Error::NotFound)
    });
    assert!(rolled_back.is_err());
    let count: i64 = items.query().count().get_result(&mut session).unwrap();
    assert_eq!(count, 3);
}

#[test]
fn l_49_a_cached_statement_serves_each_tenant_its_own_rows() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let scopes = [gear.anna(), gear.ben(), gear.anna()];
    let (counts, prepared) = prepared_by(|| {
        scopes.map(|scope| -> i64 {
            let mut session = gear.db.session(&scope).unwrap();
            Repo::<Item>::new(&scope)
                .query()
                .count()
                .get_result(&mut session)
                .unwrap()
        })
    });
    assert_eq!(counts, [3, 4, 3]);
    assert_eq!(
        prepared,
        ["SELECT COUNT(*) FROM `items` WHERE `items`.`tenant_id` = +?"]
    );
}

#[test]
fn l_50_the_first_request_decides_nothing_for_the_second() {
    let gear = Gear::new();
    let mut names = Vec::new();
    for key in ["anna's key", "ben's key", "anna's key"] {
        let scope = TenantScope::new(&gear.db.authenticate(&Keys, key).unwrap()).unwrap();
        let me: Customer = Repo::<Customer>::new(&scope)
            .query()
            .first(&mut gear.db.session(&scope).unwrap())
            .unwrap();
        names.push(me.name);
    }
    assert_eq!(names, ["Anna", "Ben", "Anna"]);
}

#[test]
fn l_51_only_a_credential_names_the_tenant() {
    let gear = Gear::new();
    // A tenant's number or name, as a header would carry it, opens nothing.
    for header in ["2", "Ben", "ben", "tenant=2"] {
        let refused = gear.db.authenticate(&Keys, header);
        assert!(matches!(refused, Err(Error::Unauthenticated)));
    }
    assert_eq!(
        *gear.db.authenticate(&Keys, "ben's key").unwrap().tenant(),
        2
    );
}

#[test]
fn l_55_a_credential_is_looked_up_each_time() {
    let gear = Gear::new();
    gear.db.authenticate(&Keys, "ben's key").unwrap();
    gear.raw()
        .batch_execute("UPDATE customers SET api_key = 'another' WHERE id = 2")
        .unwrap();
    let revoked = gear.db.authenticate(&Keys, "ben's key");
    assert!(matches!(revoked, Err(Error::Unauthenticated)));
}

#[test]
fn l_58_nobody_is_no_tenant() {
    let gear = Gear::new();
    let nobody = gear.db.authenticate(&Keys, "");
    assert!(matches!(nobody, Err(Error::Unauthenticated)));
}

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

#[test]
fn l_79_the_fixture_has_two_tenants_whose_rows_could_be_mixed_up() {
    let gear = Gear::new();
    let names = |tenant: i64| -> Vec<String> {
        items::table
            .filter(items::tenant_id.eq(tenant))
            .select(items::name)
            .order(items::name)
            .load(&mut gear.raw())
            .unwrap()
    };
    let (of_anna, of_ben) = (names(1), names(2));
    assert!(of_anna.iter().all(|name| of_ben.contains(name)));
    assert_ne!(rows_of(&gear, 1), rows_of(&gear, 2));
}

#[test]
fn l_105_statements_belong_to_the_callers_transaction() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    changing_nothing(&gear, || {
        let rolled_back = session.transaction(|session| -> Result<()> {
            items
                .update(item(1))
                .set(items::name.eq("a"))
                .execute(session)?;
            items
                .insert([("b", 1), ("c", 2)].map(|(name, parent)| NewItem {
                    category_id: category(parent),
                    name,
                }))
                .execute(session)?;
            session.transaction(|session| items.delete(item(2)).execute(session))?;
            Err(Error::NotFound)
        });
        assert!(matches!(rolled_back, Err(Error::NotFound)));
    });
}
