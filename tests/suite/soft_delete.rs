//! Deleted rows that stay: hidden from everything, shown when asked for, and never to
//! another tenant.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::bin::*;
use crate::support::*;
use crate::times::leaving_others_alone;

fn id<T>(number: i64) -> RowId<T> {
    RowId::from_raw(number)
}

/// The ids that a query over a table gives.
macro_rules! ids {
    ($query:expr, $table:ident, $session:expr) => {
        $query
            .select($table::id)
            .order($table::id)
            .load::<i64>($session)
            .unwrap()
    };
}

mod forms;
mod owners;

fn at(seconds: i64) -> NaiveDateTime {
    DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::seconds(seconds)
}

#[test]
fn a_deleted_row_is_hidden_from_every_read() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    leaving_others_alone(&bin, || {
        assert_eq!(
            notes.delete(id::<Note>(1)).execute(&mut session).unwrap(),
            1
        );
    });
    assert_eq!(ids!(notes.query(), notes, &mut session), [3]);
    let found = notes.find(id::<Note>(1)).first::<Note>(&mut session);
    assert!(matches!(found, Err(Error::NotFound)));
    let count: i64 = notes.query().count().get_result(&mut session).unwrap();
    assert_eq!(count, 1);
    let there: bool = notes
        .query()
        .filter(notes::name.eq("Tent").or(notes::deleted_at.is_not_null()))
        .exists()
        .get_result(&mut session)
        .unwrap();
    assert!(!there);
    // The row is still there.
    let raw = lines(
        &mut bin.raw(),
        "SELECT name AS line FROM notes WHERE id = 1 AND deleted_at IS NOT NULL",
    );
    assert_eq!(raw, ["Tent"]);
}

#[test]
fn a_deleted_row_is_hidden_from_joins() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let (notes, lines) = (Repo::<Note>::new(&scope), Repo::<Line>::new(&scope));
    let joined = |session: &mut Session<crate::support::Conn>| -> Vec<(String, String)> {
        lines
            .query()
            .inner_join(notes::table)
            .select((lines::text, notes::name))
            .load(session)
            .unwrap()
    };
    assert_eq!(joined(&mut session).len(), 1);
    notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
    assert!(joined(&mut session).is_empty());
    // Whose a row is, and whether its parent is shown, are two things.
    assert_eq!(ids!(lines.query(), lines, &mut session), [1]);
    notes.restore(id::<Note>(1)).execute(&mut session).unwrap();
    lines.delete(id::<Line>(1)).execute(&mut session).unwrap();
    assert!(joined(&mut session).is_empty());
}

#[test]
fn a_deleted_row_is_not_updated_nor_deleted_again() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
    let again = notes.delete(id::<Note>(1)).execute(&mut session);
    assert!(matches!(again, Err(Error::NotFound)));
    let updated = notes
        .update(id::<Note>(1))
        .set(notes::name.eq("Tarp"))
        .execute(&mut session);
    assert!(matches!(updated, Err(Error::NotFound)));
    let all = notes
        .update(notes.query())
        .set(notes::body.eq("x"))
        .execute(&mut session)
        .unwrap();
    assert_eq!(all, 1);
}

#[test]
fn a_delete_by_query_marks_what_is_not_marked_yet() {
    let clock = Arc::new(SetClock::default());
    let bin = Bin::with_clock(Arc::clone(&clock));
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    clock.pass(TimeDelta::seconds(1));
    notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
    clock.pass(TimeDelta::seconds(1));
    leaving_others_alone(&bin, || {
        let marked = notes
            .delete(notes.with_deleted().query())
            .execute(&mut session)
            .unwrap();
        assert_eq!(marked, 1);
    });
    let second: Note = notes
        .only_deleted()
        .find(id::<Note>(3))
        .first(&mut session)
        .unwrap();
    assert_eq!((second.deleted_at, second.updated_at), (Some(at(2)), at(2)));
    let first: Note = notes
        .only_deleted()
        .find(id::<Note>(1))
        .first(&mut session)
        .unwrap();
    assert_eq!(first.deleted_at, Some(at(1)));
    let none = notes.delete(notes.query()).execute(&mut session).unwrap();
    assert_eq!(none, 0);
}

#[test]
fn l_76_with_deleted_shows_own_rows_only() {
    let bin = Bin::new();
    for (scope, own, deleted) in [(bin.anna(), [1, 3], 1), (bin.ben(), [2, 4], 4)] {
        let mut session = bin.db.session(&scope).unwrap();
        let notes = Repo::<Note>::new(&scope);
        if deleted == 1 {
            notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
        }
        assert_eq!(ids!(notes.with_deleted().query(), notes, &mut session), own);
        assert_eq!(
            ids!(notes.only_deleted().query(), notes, &mut session),
            [deleted]
        );
        // A filter of the user's cannot open either.
        let open = notes::deleted_at
            .is_null()
            .or(notes::deleted_at.is_not_null());
        let seen = notes.only_deleted().query().filter(open);
        assert_eq!(ids!(seen, notes, &mut session), [deleted]);
        for foreign in [5 - deleted, 6 - own[1]] {
            let found = notes
                .with_deleted()
                .find(id::<Note>(foreign))
                .first::<Note>(&mut session);
            assert_eq!(found.is_ok(), own.contains(&foreign));
        }
    }
}

#[test]
fn no_write_reaches_another_tenants_deleted_row() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    // 4 is Ben's, and deleted; 2 is Ben's, and not.
    leaving_others_alone(&bin, || {
        for foreign in [2, 4, 99] {
            let foreign = id::<Note>(foreign);
            let restored = notes.restore(foreign).execute(&mut session);
            assert!(matches!(restored, Err(Error::NotFound)));
            let purged = notes.purge(foreign).execute(&mut session);
            assert!(matches!(purged, Err(Error::NotFound)));
            let purged = notes.purge(foreign).get_result::<Note>(&mut session);
            assert!(matches!(purged, Err(Error::NotFound)));
            let updated = notes
                .with_deleted()
                .update(foreign)
                .set(notes::name.eq("mine"))
                .execute(&mut session);
            assert!(matches!(updated, Err(Error::NotFound)));
        }
        let all = notes.with_deleted().query();
        notes.restore(all.clone()).execute(&mut session).unwrap();
        notes
            .with_deleted()
            .update(all.clone())
            .set(notes::body.eq("mine"))
            .execute(&mut session)
            .unwrap();
        assert_eq!(notes.purge(all).execute(&mut session).unwrap(), 2);
    });
}

#[test]
fn a_target_of_another_scope_is_refused() {
    let bin = Bin::new();
    let (anna, ben) = (bin.anna(), bin.ben());
    let mut session = bin.db.session(&anna).unwrap();
    let (notes, his) = (Repo::<Note>::new(&anna), Repo::<Note>::new(&ben));
    leaving_others_alone(&bin, || {
        let of_ben = his.with_deleted().query();
        let results = [
            notes.delete(of_ben.clone()).execute(&mut session),
            notes.purge(of_ben.clone()).execute(&mut session),
            notes.restore(of_ben.clone()).execute(&mut session),
            notes
                .with_deleted()
                .update(of_ben)
                .set(notes::name.eq("x"))
                .execute(&mut session),
            his.purge(id::<Note>(2)).execute(&mut session),
            his.restore(id::<Note>(4)).execute(&mut session),
        ];
        for result in results {
            assert!(matches!(result, Err(Error::ScopeMismatch)));
        }
    });
}

#[test]
fn restore_brings_a_deleted_row_back_and_no_other() {
    let clock = Arc::new(SetClock::default());
    let bin = Bin::with_clock(Arc::clone(&clock));
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let live = notes.restore(id::<Note>(1)).execute(&mut session);
    assert!(matches!(live, Err(Error::NotFound)));
    notes.delete(notes.query()).execute(&mut session).unwrap();
    clock.pass(TimeDelta::seconds(3));
    leaving_others_alone(&bin, || {
        notes.restore(id::<Note>(1)).execute(&mut session).unwrap();
        let back: Note = notes.find(id::<Note>(1)).first(&mut session).unwrap();
        assert_eq!((back.deleted_at, back.updated_at), (None, at(3)));
        assert_eq!(ids!(notes.query(), notes, &mut session), [1]);
        // A query that finds live rows restores none of them.
        let none = notes.restore(notes.query()).execute(&mut session).unwrap();
        assert_eq!(none, 0);
        let rest = notes
            .restore(notes.with_deleted().query())
            .execute(&mut session)
            .unwrap();
        assert_eq!(rest, 1);
        assert_eq!(ids!(notes.query(), notes, &mut session), [1, 3]);
    });
}

#[test]
fn purge_deletes_for_good() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    leaving_others_alone(&bin, || {
        notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
        let bin_of_notes = notes.only_deleted().query();
        assert_eq!(notes.purge(bin_of_notes).execute(&mut session).unwrap(), 1);
        assert_eq!(ids!(notes.with_deleted().query(), notes, &mut session), [3]);
        let gone: Note = notes.purge(id::<Note>(3)).get_result(&mut session).unwrap();
        assert_eq!(gone.name, "Lamp");
        let again = notes.purge(id::<Note>(3)).execute(&mut session);
        assert!(matches!(again, Err(Error::NotFound)));
    });
    let left = lines(
        &mut bin.raw(),
        "SELECT name AS line FROM notes WHERE tenant_id = 1",
    );
    assert!(left.is_empty());
}

#[test]
fn a_deleted_row_can_be_updated_when_it_is_asked_for() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
    leaving_others_alone(&bin, || {
        notes
            .only_deleted()
            .update(id::<Note>(1))
            .set(notes::name.eq("Tent, lost"))
            .execute(&mut session)
            .unwrap();
        let renamed: Note = notes
            .only_deleted()
            .find(id::<Note>(1))
            .first(&mut session)
            .unwrap();
        assert_eq!(renamed.name, "Tent, lost");
        let live = notes
            .only_deleted()
            .update(id::<Note>(3))
            .set(notes::name.eq("x"))
            .execute(&mut session);
        assert!(matches!(live, Err(Error::NotFound)));
    });
}

#[test]
fn a_deleted_row_still_has_its_name() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
    let taken = notes
        .insert((notes::name.eq("Tent"),))
        .execute(&mut session);
    assert!(matches!(taken, Err(Error::UniqueViolation { .. })));
}

#[test]
fn rows_of_a_composite_key_are_deleted_and_restored() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let prefs = Repo::<Pref>::new(&scope);
    leaving_others_alone(&bin, || {
        prefs.delete("unit").execute(&mut session).unwrap();
        assert!(prefs.query().load::<Pref>(&mut session).unwrap().is_empty());
        let there: Pref = prefs
            .only_deleted()
            .find("unit")
            .first(&mut session)
            .unwrap();
        assert_eq!((there.value.as_str(), there.version), ("g", 2));
        prefs.restore("unit").execute(&mut session).unwrap();
        let back: Pref = prefs.find("unit").first(&mut session).unwrap();
        assert_eq!(back.version, 3);
    });
}

#[cfg(feature = "sqlite")]
#[test]
fn the_texts_are_as_written_here() {
    record();
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let (notes, plans) = (Repo::<Note>::new(&scope), Repo::<Plan>::new(&scope));
    let ((), sent) = sent_by(|| {
        notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
        notes.restore(id::<Note>(1)).execute(&mut session).unwrap();
        notes.purge(id::<Note>(1)).execute(&mut session).unwrap();
        plans.delete(plans.query()).execute(&mut session).unwrap();
        plans
            .insert(&NewPlan { name: "Trek" })
            .execute(&mut session)
            .unwrap();
    });
    let texts: Vec<&str> = sent
        .iter()
        .map(|sent| sent.split(" -- ").next().unwrap())
        .collect();
    assert_eq!(
        texts,
        [
            "UPDATE `notes` SET `deleted_at` = ?, `updated_at` = ? WHERE `notes`.`id` = +? AND \
             (`notes`.`tenant_id` = +? AND `notes`.`deleted_at` IS NULL)",
            "UPDATE `notes` SET `deleted_at` = NULL, `updated_at` = ? WHERE `notes`.`id` = +? AND \
             (`notes`.`tenant_id` = +? AND `notes`.`deleted_at` IS NOT NULL)",
            "DELETE FROM `notes` WHERE `notes`.`id` = +? AND `notes`.`tenant_id` = +?",
            "UPDATE `plans` SET `deleted_at` = ?, `updated_at` = ?, `version` = \
             `plans`.`version` + 1 WHERE (`plans`.`tenant_id` = +? AND `plans`.`deleted_at` IS \
             NULL) AND `plans`.`deleted_at` IS NULL",
            "INSERT INTO `plans` (`tenant_id`, `updated_at`, `version`, `name`) VALUES (?, ?, 1, ?)",
        ]
    );
}
