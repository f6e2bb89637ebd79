//! Writes: L-01 to L-13.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use super::{annas, category, item};
use crate::dialect;
use crate::gear::*;
use crate::support::*;
use crate::telling::sql_of;

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
    assert_eq!(update.len(), 1, "one statement, no read before it");
    let text = "UPDATE `items` SET `name` = ? WHERE `items`.`id` = +? AND `items`.`tenant_id` = +?";
    assert_eq!(dialect::plain(&update[0]), dialect::expected(text));
}

#[test]
fn l_02_an_upsert_meets_own_rows_only() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    leaving_ben_alone(&gear, || {
        // Ben has a rope; Anna has none.
        let mut numbers = Vec::new();
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
            assert_eq!(rope.weight, Some(weight));
            numbers.push(rope.id.get());
        }
        assert!(numbers[0] == numbers[1] && numbers[0] > 7, "{numbers:?}");
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
        let sql = dialect::plain(&sql);
        let (_, condition) = sql.split_once(" WHERE ").unwrap();
        let of_tenant = dialect::expected("`items`.`tenant_id` = +?");
        assert!(condition.contains(&of_tenant), "{sql}");
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
            dialect::plain(sql).starts_with("INSERT INTO `items` (`tenant_id`, "),
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
    let text = dialect::expected("` = ? WHERE (`items`.`tenant_id` = +? AND (");
    assert!(dialect::plain(&sent[0]).contains(&text), "{sent:?}");
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
