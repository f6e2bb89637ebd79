//! The times that the library keeps: when a row was made, and when it was last changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use tenancy::Clock;
use tenancy::prelude::*;

use crate::bin::*;
use crate::dialect;
use crate::support::*;

/// A bin whose clock the test moves.
fn clocked() -> (Bin, Arc<SetClock>) {
    let clock = Arc::new(SetClock::default());
    (Bin::with_clock(Arc::clone(&clock)), clock)
}

fn at(seconds: i64) -> NaiveDateTime {
    DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::seconds(seconds)
}

fn old() -> NaiveDateTime {
    "2000-01-01T00:00:00".parse().unwrap()
}

fn id<T>(number: i64) -> RowId<T> {
    RowId::from_raw(number)
}

/// Does something, and sees that Ben's rows and nobody's stay as they are.
pub(crate) fn leaving_others_alone<R>(bin: &Bin, work: impl FnOnce() -> R) -> R {
    let sql = "SELECT 'n' || quote(id) || quote(name) || quote(updated_at) || quote(deleted_at)
            AS line FROM notes WHERE tenant_id = 2
        UNION ALL SELECT 'l' || quote(id) || quote(text) || quote(updated_at)
            || quote(deleted_at) || version FROM \"lines\" WHERE note_id IN (2, 4)
        UNION ALL SELECT 'p' || quote(id) || quote(name) || quote(updated_at)
            || quote(deleted_at) || version FROM plans WHERE tenant_id = 2
        UNION ALL SELECT 't' || quote(id) || quote(name) || quote(updated_at)
            || quote(deleted_at) FROM tags WHERE coalesce(tenant_id, 0) <> 1
        UNION ALL SELECT 'o' || quote(id) || quote(name) || quote(created_at)
            || quote(deleted_at) FROM tools WHERE coalesce(owner_id, 0) <> 1
        UNION ALL SELECT 's' || quote(\"key\") || quote(value) || quote(updated_at)
            || quote(deleted_at) || version FROM prefs WHERE tenant_id = 2
        UNION ALL SELECT 'w' || quote(id) || quote(name) || quote(deleted_at) FROM words
        ORDER BY 1";
    let before = lines(&mut bin.raw(), sql);
    let result = work();
    assert_eq!(lines(&mut bin.raw(), sql), before);
    result
}

#[test]
fn an_insert_keeps_the_time_twice() {
    let (bin, clock) = clocked();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    clock.pass(TimeDelta::seconds(5));
    leaving_others_alone(&bin, || {
        let derived: Note = notes
            .insert(&NewNote {
                name: "Mug",
                body: None,
            })
            .get_result(&mut session)
            .unwrap();
        assert_eq!((derived.created_at, derived.updated_at), (at(5), at(5)));
        let tuple: Note = notes
            .insert((notes::name.eq("Kettle"), notes::body.eq("steel")))
            .get_result(&mut session)
            .unwrap();
        assert_eq!((tuple.created_at, tuple.updated_at), (at(5), at(5)));
        assert_eq!(tuple.deleted_at, None);
    });
}

#[test]
fn an_update_touches_and_leaves_the_birth_alone() {
    let (bin, clock) = clocked();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let note = |session: &mut Session<crate::support::Conn>| -> Note {
        notes.find(id::<Note>(1)).first(session).unwrap()
    };
    leaving_others_alone(&bin, || {
        clock.pass(TimeDelta::seconds(1));
        notes
            .update(id::<Note>(1))
            .set(notes::name.eq("Tent, old"))
            .execute(&mut session)
            .unwrap();
        assert_eq!(note(&mut session).updated_at, at(1));
        clock.pass(TimeDelta::seconds(1));
        notes
            .update(id::<Note>(1))
            .set(&NoteChanges {
                name: None,
                body: Some("red"),
            })
            .execute(&mut session)
            .unwrap();
        let touched = note(&mut session);
        assert_eq!((touched.created_at, touched.updated_at), (old(), at(2)));
        clock.pass(TimeDelta::seconds(1));
        let by_query = notes
            .update(notes.query().filter(notes::name.like("T%")))
            .set((notes::name.eq("Tent"), notes::body.eq(None::<&str>)))
            .execute(&mut session)
            .unwrap();
        assert_eq!(by_query, 1);
        let touched = note(&mut session);
        assert_eq!((touched.created_at, touched.updated_at), (old(), at(3)));
    });
    let empty = notes
        .update(id::<Note>(1))
        .set(&NoteChanges::default())
        .execute(&mut session);
    assert!(matches!(empty, Err(tenancy::Error::EmptyChangeset)));
    assert_eq!(note(&mut session).updated_at, at(3));
}

#[test]
fn a_statement_takes_the_time_when_it_runs() {
    let (bin, clock) = clocked();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let insert = notes.insert((notes::name.eq("Mug"), notes::body.eq("tin")));
    let update = notes.update(id::<Note>(3)).set(notes::name.eq("Lantern"));
    let delete = notes.delete(id::<Note>(1));
    clock.pass(TimeDelta::seconds(7));
    let inserted: Note = insert.get_result(&mut session).unwrap();
    update.execute(&mut session).unwrap();
    delete.execute(&mut session).unwrap();
    let note = |session: &mut Session<crate::support::Conn>, number| -> Note {
        let note = notes.with_deleted().find(id::<Note>(number));
        note.first(session).unwrap()
    };
    let updated = note(&mut session, 3);
    let deleted = note(&mut session, 1);
    assert_eq!(inserted.created_at, at(7));
    assert_eq!(updated.updated_at, at(7));
    assert_eq!(
        (deleted.deleted_at, deleted.updated_at),
        (Some(at(7)), at(7))
    );
}

/// A clock that goes on by a second whenever it is asked, and begins within a microsecond.
#[derive(Default)]
struct Ticking(AtomicUsize);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        let tick = self.0.fetch_add(1, Ordering::Relaxed);
        let seconds = TimeDelta::seconds(i64::try_from(tick).unwrap());
        DateTime::UNIX_EPOCH + seconds + TimeDelta::nanoseconds(123_456_789)
    }
}

#[test]
fn one_batch_has_one_time() {
    let bin = Bin::with_clock(Ticking::default());
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let names: Vec<String> = (0..200).map(|n| format!("n{n}")).collect();
    // Rows of two shapes, so that there are several statements.
    let rows: Vec<NewNote> = names
        .iter()
        .enumerate()
        .map(|(n, name)| NewNote {
            name,
            body: (n % 70 > 35).then_some("b"),
        })
        .collect();
    let made: Vec<Note> = notes.insert(&rows).get_results(&mut session).unwrap();
    assert_eq!(made.len(), 200);
    let first = made[0].created_at;
    assert!(
        made.iter()
            .all(|note| note.created_at == first && note.updated_at == first)
    );
    let tuples: Vec<_> = names[..3]
        .iter()
        .map(|name| (notes::name.eq(format!("{name}!")),))
        .collect();
    let made: Vec<Note> = notes.insert(tuples).get_results(&mut session).unwrap();
    assert!(made[0].created_at > first);
    assert!(
        made.iter()
            .all(|note| note.created_at == made[0].created_at)
    );
}

#[test]
fn the_time_is_kept_to_the_microsecond() {
    let bin = Bin::with_clock(Ticking::default());
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let note: Note = notes
        .insert((notes::name.eq("Mug"),))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(
        note.created_at.and_utc().timestamp_subsec_nanos(),
        123_456_000
    );
    let again: Note = notes.find(note.id).first(&mut session).unwrap();
    assert_eq!(again, note);
    let same: Note = notes
        .query()
        .filter(notes::created_at.eq(note.created_at))
        .first(&mut session)
        .unwrap();
    assert_eq!(same.id, note.id);
    let line: Line = Repo::<Line>::new(&scope)
        .insert(&NewLine {
            note_id: note.id,
            text: "long",
        })
        .get_result(&mut session)
        .unwrap();
    let next = note.created_at + TimeDelta::seconds(1);
    assert_eq!(line.created_at, dialect::moment(next));
    assert_eq!(line.updated_at, Some(line.created_at));
}

/// Counts how often it is asked.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Clock for Counting {
    fn now(&self) -> DateTime<Utc> {
        self.0.fetch_add(1, Ordering::Relaxed);
        DateTime::UNIX_EPOCH
    }
}

#[test]
fn the_clock_is_asked_by_statements_that_keep_a_time() {
    let clock = Arc::new(Counting::default());
    let bin = Bin::with_clock(Arc::clone(&clock));
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let asked_by = |work: &mut dyn FnMut(&mut Session<crate::support::Conn>),
                    session: &mut Session<crate::support::Conn>| {
        let before = clock.0.load(Ordering::Relaxed);
        work(session);
        clock.0.load(Ordering::Relaxed) - before
    };
    let (notes, tools) = (Repo::<Note>::new(&scope), Repo::<Tool>::new(&scope));
    let once = asked_by(
        &mut |session| {
            notes
                .insert((notes::name.eq("Mug"),))
                .execute(session)
                .unwrap();
        },
        &mut session,
    );
    assert_eq!(once, 1);
    // Tools have a birth, and no time of change.
    let never = asked_by(
        &mut |session| {
            tools.query().load::<Tool>(session).unwrap();
            tools
                .update(id::<Tool>(1))
                .set(tools::name.eq("Axe"))
                .execute(session)
                .unwrap();
            notes.purge(id::<Note>(1)).execute(session).unwrap();
        },
        &mut session,
    );
    assert_eq!(never, 0);
}

#[test]
fn children_and_unowned_rows_keep_times_too() {
    let (bin, clock) = clocked();
    clock.pass(TimeDelta::seconds(9));
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    leaving_others_alone(&bin, || {
        let lines = Repo::<Line>::new(&scope);
        let line: Line = lines
            .insert(&NewLine {
                note_id: id(1),
                text: "peg",
            })
            .get_result(&mut session)
            .unwrap();
        assert_eq!(line.created_at, dialect::moment(at(9)));
        assert_eq!(line.updated_at, Some(dialect::moment(at(9))));
        let foreign = lines
            .insert(&NewLine {
                note_id: id(2),
                text: "peg",
            })
            .execute(&mut session);
        assert!(matches!(foreign, Err(tenancy::Error::NotFound)));

        let tools = Repo::<Tool>::new(&scope);
        let made: Option<NaiveDateTime> = tools
            .insert((tools::name.eq("Axe"),))
            .returning(tools::created_at)
            .get_result(&mut session)
            .unwrap();
        assert_eq!(made, Some(at(9)));

        let tags = Repo::<Tag>::new(&scope);
        tags.insert((tags::name.eq("new"),))
            .execute(&mut session)
            .unwrap();
        tags.update(tags.query())
            .set(tags::name.eq("newer"))
            .execute(&mut session)
            .unwrap();
        let touched: Vec<NaiveDateTime> = tags
            .query()
            .filter(tags::name.eq("newer"))
            .select(tags::updated_at)
            .load(&mut session)
            .unwrap();
        assert_eq!(touched, [at(9), at(9)]);

        let prefs = Repo::<Pref>::new(&scope);
        let pref: Pref = prefs
            .insert((prefs::key.eq("language"), prefs::value.eq("en")))
            .get_result(&mut session)
            .unwrap();
        assert_eq!(pref.version, 1);
    });
}

/// How many statements are prepared in three executions.
fn prepared_in_three(
    mut run: impl FnMut(&TenantScope<i64>, &mut Session<crate::support::Conn>, i64),
) -> usize {
    record();
    let (bin, clock) = clocked();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let ((), prepared) = prepared_by(|| {
        for number in 0..3 {
            clock.pass(TimeDelta::seconds(1));
            run(&scope, &mut session, number);
        }
    });
    prepared.len()
}

#[test]
fn statements_that_keep_times_are_prepared_once() {
    let count = prepared_in_three(|scope, session, number| {
        let name = format!("n{number}");
        Repo::<Plan>::new(scope)
            .insert(&NewPlan { name: &name })
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|scope, session, number| {
        Repo::<Note>::new(scope)
            .insert((notes::name.eq(format!("n{number}")),))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|scope, session, number| {
        Repo::<Note>::new(scope)
            .update(id::<Note>(1))
            .set(notes::name.eq(format!("n{number}")))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|scope, session, number| {
        let name = format!("n{number}");
        Repo::<Plan>::new(scope)
            .update(id::<Plan>(1))
            .if_version(3 + number)
            .set(PlanChanges { name: &name })
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|scope, session, _| {
        let notes = Repo::<Note>::new(scope);
        notes.delete(id::<Note>(1)).execute(session).unwrap();
        notes
            .only_deleted()
            .find(id::<Note>(1))
            .first::<Note>(session)
            .unwrap();
        notes.restore(id::<Note>(1)).execute(session).unwrap();
    });
    assert_eq!(count, 3);
    let count = prepared_in_three(|scope, session, _| {
        let notes = Repo::<Note>::new(scope);
        let query = notes.query().filter(notes::name.eq("nothing"));
        notes.delete(query).execute(session).unwrap();
        let query = notes
            .only_deleted()
            .query()
            .filter(notes::name.eq("nothing"));
        notes.purge(query).execute(session).unwrap();
    });
    assert_eq!(count, 2);
}
