//! Optimistic locking: a row is changed in the version that was read, or not at all.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::bin::*;
use crate::dialect;
use crate::support::*;
use crate::times::leaving_others_alone;

fn id<T>(number: i64) -> RowId<T> {
    RowId::from_raw(number)
}

#[test]
fn each_write_counts() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let plans = Repo::<Plan>::new(&scope);
    leaving_others_alone(&bin, || {
        let plan: Plan = plans
            .insert(&NewPlan { name: "Trek" })
            .get_result(&mut session)
            .unwrap();
        assert_eq!(plan.version, 1);
        let tuple: Plan = plans
            .insert((plans::name.eq("Walk"),))
            .get_result(&mut session)
            .unwrap();
        assert_eq!(tuple.version, 1);
        let batch: Vec<Plan> = plans
            .insert(vec![NewPlan { name: "a" }, NewPlan { name: "b" }])
            .get_results(&mut session)
            .unwrap();
        assert!(batch.iter().all(|plan| plan.version == 1));
        let version = |session: &mut Session<crate::support::Conn>| -> i64 {
            let plan = plans.with_deleted().find(plan.id);
            plan.select(plans::version).first(session).unwrap()
        };
        plans
            .update(plan.id)
            .if_version(1)
            .set(plans::name.eq("Trek!"))
            .execute(&mut session)
            .unwrap();
        assert_eq!(version(&mut session), 2);
        plans
            .update(plan.id)
            .any_version()
            .set(&PlanChanges { name: "Trek?" })
            .execute(&mut session)
            .unwrap();
        assert_eq!(version(&mut session), 3);
        plans
            .update(plans.query().filter(plans::name.eq("Trek?")))
            .set(plans::name.eq("Trek"))
            .execute(&mut session)
            .unwrap();
        assert_eq!(version(&mut session), 4);
        plans.delete(plan.id).execute(&mut session).unwrap();
        assert_eq!(version(&mut session), 5);
        plans.restore(plan.id).execute(&mut session).unwrap();
        assert_eq!(version(&mut session), 6);
    });
}

#[test]
fn of_two_writers_one_wins() {
    let bin = Bin::new();
    let scope = bin.anna();
    let plans = Repo::<Plan>::new(&scope);
    let mut one = bin.db.session(&scope).unwrap();
    let mut two = bin.db.session(&scope).unwrap();
    let read_by_one: Plan = plans.find(id::<Plan>(1)).first(&mut one).unwrap();
    let read_by_two: Plan = plans.find(id::<Plan>(1)).first(&mut two).unwrap();
    plans
        .update(read_by_one.id)
        .if_version(read_by_one.version)
        .set(plans::name.eq("one"))
        .execute(&mut one)
        .unwrap();
    let lost = plans
        .update(read_by_two.id)
        .if_version(read_by_two.version)
        .set(plans::name.eq("two"))
        .execute(&mut two);
    assert!(matches!(lost, Err(Error::StaleVersion)));
    let now: Plan = plans.find(id::<Plan>(1)).first(&mut two).unwrap();
    assert_eq!((now.name.as_str(), now.version), ("one", 4));
}

#[test]
fn a_missing_a_foreign_and_a_deleted_row_are_not_found() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let plans = Repo::<Plan>::new(&scope);
    bin.raw()
        .batch_execute(
            "INSERT INTO plans VALUES (5, 1, 'Gone', '2000-01-01 00:00:00', '2000-01-01 00:00:00', 3)",
        )
        .unwrap();
    leaving_others_alone(&bin, || {
        // 2 is Ben's, in version 3.
        for number in [2, 5, 99] {
            for version in [3, 4] {
                let row = id::<Plan>(number);
                let updated = plans
                    .update(row)
                    .if_version(version)
                    .set(plans::name.eq("x"))
                    .execute(&mut session);
                assert!(
                    matches!(updated, Err(Error::NotFound)),
                    "{number} {version}"
                );
                let deleted = plans.delete(row).if_version(version).execute(&mut session);
                assert!(matches!(deleted, Err(Error::NotFound)));
            }
        }
        let purged = plans
            .purge(id::<Plan>(2))
            .if_version(4)
            .execute(&mut session);
        assert!(matches!(purged, Err(Error::NotFound)));
    });
}

#[test]
fn a_stale_version_is_not_deleted_nor_purged_nor_returned() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let plans = Repo::<Plan>::new(&scope);
    let row = id::<Plan>(1);
    for stale in [2, 4] {
        for result in [
            plans.delete(row).if_version(stale).execute(&mut session),
            plans.purge(row).if_version(stale).execute(&mut session),
        ] {
            assert!(matches!(result, Err(Error::StaleVersion)));
        }
        let returned = plans
            .purge(row)
            .if_version(stale)
            .get_result::<Plan>(&mut session);
        assert!(matches!(returned, Err(Error::StaleVersion)));
    }
    plans
        .delete(row)
        .if_version(3)
        .execute(&mut session)
        .unwrap();
    let stale = plans
        .with_deleted()
        .update(row)
        .if_version(3)
        .set(plans::name.eq("x"))
        .execute(&mut session);
    assert!(matches!(stale, Err(Error::StaleVersion)));
    let name: String = plans
        .purge(row)
        .if_version(4)
        .returning(plans::name)
        .get_result(&mut session)
        .unwrap();
    assert_eq!(name, "Trip");
}

#[test]
fn a_foreign_parent_is_not_found_and_not_stale() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let lines = Repo::<Line>::new(&scope);
    leaving_others_alone(&bin, || {
        let moved = lines
            .update(id::<Line>(1))
            .if_version(1)
            .set(&Moved { note_id: id(2) })
            .execute(&mut session);
        assert!(matches!(moved, Err(Error::NotFound)));
        lines
            .update(id::<Line>(1))
            .if_version(1)
            .set(&Moved { note_id: id(3) })
            .execute(&mut session)
            .unwrap();
        let moved: Line = lines.find(id::<Line>(1)).first(&mut session).unwrap();
        assert_eq!(moved.version, 2);
    });
}

#[derive(ScopedChangeset)]
#[diesel(table_name = lines)]
struct Moved {
    note_id: RowId<Note>,
}

#[test]
fn a_row_of_a_composite_key_has_a_version() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let prefs = Repo::<Pref>::new(&scope);
    leaving_others_alone(&bin, || {
        let stale = prefs
            .update("unit")
            .if_version(7)
            .set(prefs::value.eq("kg"))
            .execute(&mut session);
        assert!(matches!(stale, Err(Error::StaleVersion)));
        let missing = prefs
            .update("none")
            .if_version(7)
            .set(prefs::value.eq("kg"))
            .execute(&mut session);
        assert!(matches!(missing, Err(Error::NotFound)));
    });
}

#[test]
fn a_session_of_another_tenant_is_refused() {
    let bin = Bin::new();
    let mut session = bin.db.session(&bin.ben()).unwrap();
    let plans = Repo::<Plan>::new(&bin.anna());
    let changed = plans
        .update(id::<Plan>(1))
        .if_version(9)
        .set(plans::name.eq("x"))
        .execute(&mut session);
    assert!(matches!(changed, Err(Error::ScopeMismatch)));
}

#[test]
fn a_row_is_looked_for_again_only_when_none_was_written() {
    record();
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let plans = Repo::<Plan>::new(&scope);
    let mut update = |version: i64| {
        let (_, sent) = sent_by(|| {
            plans
                .update(id::<Plan>(1))
                .if_version(version)
                .set(plans::name.eq("x"))
                .execute(&mut session)
        });
        sent
    };
    assert_eq!(update(3).len(), 1);
    let sent = update(3);
    assert_eq!(sent.len(), 2);
    assert_eq!(
        dialect::plain(sent[1].split(" -- ").next().unwrap()).trim(),
        dialect::expected(
            "SELECT EXISTS (SELECT 1 FROM `plans` WHERE `plans`.`id` = +? AND (`plans`.`tenant_id` = +? \
         AND `plans`.`deleted_at` IS NULL) AND `plans`.`version` <> ?)"
        )
    );
}
