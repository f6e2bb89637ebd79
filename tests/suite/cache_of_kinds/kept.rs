//! Statements on rows in which the library keeps times, a mark of deletion and a version.

use diesel::prelude::*;
use tenancy::FixedClock;
use tenancy::prelude::*;

use super::Conn;
use crate::bin::*;
use crate::support::*;

/// A run has the scope, the number of its tenant's row, and a text of its own.
type Kind = (&'static str, fn(&TenantScope<i64>, &mut Conn, i64, &str));

const KINDS: &[Kind] = &[
    ("live rows", |scope, session, number, _| {
        let live = Repo::<Note>::new(scope).query();
        let live = live.filter(notes::id.ne(number));
        live.load::<Note>(session).unwrap();
    }),
    ("with deleted rows", |scope, session, _, text| {
        let all = Repo::<Note>::new(scope).with_deleted().query();
        let all = all.filter(notes::name.ne(text));
        all.load::<Note>(session).unwrap();
    }),
    ("deleted rows only", |scope, session, _, _| {
        let deleted = Repo::<Note>::new(scope).only_deleted().query();
        deleted.load::<Note>(session).unwrap();
    }),
    ("found, deleted or not", |scope, session, number, _| {
        let notes = Repo::<Note>::new(scope).with_deleted();
        let note = notes.find(RowId::<Note>::from_raw(number));
        note.get_result::<Note>(session).unwrap();
    }),
    (
        "insert with times, of a tuple",
        |scope, session, _, text| {
            let insert = Repo::<Note>::new(scope).insert((notes::name.eq(text),));
            insert.get_result::<Note>(session).unwrap();
        },
    ),
    (
        "insert with a time and a version",
        |scope, session, _, text| {
            let insert = Repo::<Plan>::new(scope).insert(NewPlan { name: text });
            insert.execute(session).unwrap();
        },
    ),
    ("insert below a parent", |scope, session, number, text| {
        let line = NewLine {
            note_id: RowId::from_raw(number),
            text,
        };
        let insert = Repo::<Line>::new(scope).insert(&line);
        insert.execute(session).unwrap();
    }),
    ("upsert with times", |scope, session, _, text| {
        let upsert = Repo::<Note>::new(scope)
            .insert((notes::name.eq("Tent"),))
            .on_conflict((notes::tenant_id, notes::name))
            .do_update()
            .set(notes::body.eq(text));
        upsert.execute(session).unwrap();
    }),
    ("update with a time", |scope, session, number, text| {
        let update = Repo::<Note>::new(scope).update(RowId::<Note>::from_raw(number));
        let update = update.set(notes::name.eq(text));
        update.execute(session).unwrap();
    }),
    ("update in a version", |scope, session, number, text| {
        let update = Repo::<Plan>::new(scope).update(RowId::<Plan>::from_raw(number));
        let update = update.if_version(3).set(plans::name.eq(text));
        update.execute(session).unwrap();
    }),
    (
        "update in a version, of a struct",
        |scope, session, number, text| {
            let update = Repo::<Plan>::new(scope).update(RowId::<Plan>::from_raw(number));
            let update = update.if_version(3).set(PlanChanges { name: text });
            update.execute(session).unwrap();
        },
    ),
    ("update in any version", |scope, session, number, text| {
        let update = Repo::<Plan>::new(scope).update(RowId::<Plan>::from_raw(number));
        let update = update.any_version().set(plans::name.eq(text));
        update.execute(session).unwrap();
    }),
    ("update of what a query finds", |scope, session, _, text| {
        let plans = Repo::<Plan>::new(scope);
        let found = plans.query().filter(plans::name.ne(text));
        let update = plans.update(found).set(plans::name.eq(text));
        update.execute(session).unwrap();
    }),
    ("soft delete", |scope, session, number, _| {
        let delete = Repo::<Note>::new(scope).delete(RowId::<Note>::from_raw(number));
        delete.execute(session).unwrap();
    }),
    (
        "soft delete of what a query finds",
        |scope, session, number, _| {
            let notes = Repo::<Note>::new(scope);
            let found = notes.query().filter(notes::id.eq(number));
            notes.delete(found).execute(session).unwrap();
        },
    ),
    (
        "restore of what a query finds",
        |scope, session, number, _| {
            let notes = Repo::<Note>::new(scope);
            let found = notes.only_deleted().query();
            let found = found.filter(notes::id.eq(number));
            notes.restore(found).execute(session).unwrap();
        },
    ),
    ("purge", |scope, session, number, _| {
        let purge = Repo::<Note>::new(scope).purge(RowId::<Note>::from_raw(number));
        purge.execute(session).unwrap();
    }),
    (
        "purge of what a query finds",
        |scope, session, number, _| {
            let notes = Repo::<Note>::new(scope);
            let found = notes.with_deleted().query();
            let found = found.filter(notes::id.eq(number));
            notes.purge(found).execute(session).unwrap();
        },
    ),
];

/// What is prepared for both tenants in turn, on one connection.
pub(super) fn prepared_in_two(kind: fn(&TenantScope<i64>, &mut Conn, i64, &str)) -> Vec<String> {
    let bin = Bin::with(FixedClock::at(chrono::DateTime::UNIX_EPOCH), 1);
    let runs = [(bin.anna(), 1, "one"), (bin.ben(), 2, "two")];
    let ((), prepared) = prepared_by(|| {
        for (scope, number, text) in &runs {
            let mut session = bin.db.session(scope).unwrap();
            kind(scope, &mut session, *number, text);
        }
    });
    prepared
}

#[test]
fn statements_on_kept_columns_are_prepared_once() {
    record();
    for (name, kind) in KINDS {
        let prepared = prepared_in_two(*kind);
        assert_eq!(prepared.len(), 1, "{name}: {prepared:#?}");
    }
}

/// A row must be deleted before it is restored.
#[test]
fn a_restore_is_prepared_once() {
    record();
    let prepared = prepared_in_two(|scope, session, number, _| {
        let notes = Repo::<Note>::new(scope);
        let id = RowId::<Note>::from_raw(number);
        notes.delete(id).execute(session).unwrap();
        notes.restore(id).execute(session).unwrap();
    });
    assert_eq!(prepared.len(), 2, "{prepared:#?}");
}
