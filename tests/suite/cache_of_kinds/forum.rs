//! Statements on rows that belong through a parent, on trees, and on rows that are
//! everybody's.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::proposed;

use super::Conn;
use crate::kin::*;
use crate::support::*;

/// A run has the scope, and the number of the first of its tenant's rows.
type Kind = (&'static str, fn(&TenantScope<i64>, &mut Conn, i64));

/// Messages: Anna's begin at 1 and Ben's at 5. Threads: at 1 and at 3.
fn thread(message: i64) -> RowId<Thread> {
    RowId::from_raw(message / 2 + 1)
}

/// A text that no row has.
fn new(number: i64) -> String {
    format!("new {number}")
}

const KINDS: &[Kind] = &[
    ("rows of a parent", |scope, session, _| {
        let all = Repo::<Message>::new(scope).query();
        all.load::<Message>(session).unwrap();
    }),
    ("rows of a parent's parent", |scope, session, number| {
        let some = Repo::<Mark>::new(scope).query();
        let some = some.filter(marks::id.ne(number));
        some.load::<Mark>(session).unwrap();
    }),
    ("found by key", |scope, session, number| {
        let one = Repo::<Message>::new(scope).find(RowId::from_raw(number));
        one.get_result::<Message>(session).unwrap();
    }),
    ("children", |scope, session, number| {
        let parents: Vec<Thread> = (0..number % 3)
            .map(|more| Thread {
                id: RowId::from_raw(number + more),
                title: String::new(),
            })
            .collect();
        let children = Repo::<Message>::new(scope).belonging_to(&parents);
        children.load::<Message>(session).unwrap();
    }),
    ("descendants", |scope, session, number| {
        let folders = Repo::<Folder>::new(scope);
        let below = folders.descendants_of(RowId::from_raw(number), folders::parent_id);
        below.load::<Folder>(session).unwrap();
    }),
    ("ancestors", |scope, session, number| {
        let folders = Repo::<Folder>::new(scope);
        let above = folders.ancestors_of(RowId::from_raw(number + 2), folders::parent_id);
        above.load::<Folder>(session).unwrap();
    }),
    ("with everybody's rows", |scope, session, number| {
        let some = Repo::<Label>::new(scope).query();
        let some = some.filter(labels::id.ne(number));
        some.load::<Label>(session).unwrap();
    }),
    ("without nobody's rows", |scope, session, _| {
        let all = Repo::<Device>::new(scope).query();
        all.load::<Device>(session).unwrap();
    }),
    ("insert below a parent", |scope, session, number| {
        let message = NewMessage {
            thread_id: thread(number),
            body: &new(number),
        };
        let insert = Repo::<Message>::new(scope).insert(&message);
        insert.execute(session).unwrap();
    }),
    (
        "insert below a parent's child, returned",
        |scope, session, number| {
            let mark = NewMark {
                message_id: RowId::from_raw(number),
                word: &new(number),
            };
            let insert = Repo::<Mark>::new(scope).insert(&mark);
            insert.get_result::<Mark>(session).unwrap();
        },
    ),
    ("tuple under a parent", |scope, session, number| {
        let insert = Repo::<Message>::new(scope)
            .under(thread(number))
            .insert((messages::body.eq(new(number)), messages::likes.eq(1)));
        insert.execute(session).unwrap();
    }),
    ("upsert under a parent", |scope, session, number| {
        let upsert = Repo::<Message>::new(scope)
            .under(thread(number))
            .insert((messages::body.eq("Hello"), messages::likes.eq(1)))
            .on_conflict((messages::thread_id, messages::body))
            .do_update()
            .set(messages::likes.eq(messages::likes + proposed(messages::likes)));
        upsert.execute(session).unwrap();
    }),
    (
        "insert of an own one beside everybody's",
        |scope, session, number| {
            let label = NewLabel { name: &new(number) };
            let insert = Repo::<Label>::new(scope).insert(label);
            insert.get_result::<Label>(session).unwrap();
        },
    ),
    ("update", |scope, session, number| {
        let update = Repo::<Message>::new(scope).update(RowId::from_raw(number));
        let update = update.set(messages::body.eq(new(number)));
        update.execute(session).unwrap();
    }),
    ("update of what a query finds", |scope, session, number| {
        let messages = Repo::<Message>::new(scope);
        let found = messages.query().filter(messages::id.eq(number));
        let update = messages.update(found).set(messages::likes.eq(1));
        update.execute(session).unwrap();
    }),
    ("delete", |scope, session, number| {
        let delete = Repo::<Message>::new(scope).delete(RowId::<Message>::from_raw(number));
        delete.execute(session).unwrap();
    }),
    ("delete of a tree", |scope, session, number| {
        let folders = Repo::<Folder>::new(scope);
        let below = folders.descendants_of(RowId::from_raw(number), folders::parent_id);
        folders.delete(below).execute(session).unwrap();
    }),
];

#[test]
fn statements_on_related_rows_are_prepared_once() {
    record();
    for (name, kind) in KINDS {
        let kin = Kin::with_connections(1);
        let runs = [(kin.anna(), 1), (kin.anna(), 2), (kin.ben(), 5)];
        let ((), prepared) = prepared_by(|| {
            for (scope, number) in &runs {
                let mut session = kin.db.session(scope).unwrap();
                kind(scope, &mut session, *number);
            }
        });
        assert_eq!(prepared.len(), 1, "{name}: {prepared:#?}");
    }
}
