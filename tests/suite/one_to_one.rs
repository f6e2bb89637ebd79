//! Rows whose primary key is their parent's: SQLite takes NULL in an `INTEGER PRIMARY KEY` for
//! "the next number", and the next number may be another tenant's parent.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, proposed};

use crate::kin::*;
use crate::support::whole_table;

diesel::table! {
    covers (thread_id) {
        thread_id -> BigInt,
        text -> Text,
    }
}

#[derive(Debug, PartialEq, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = covers, primary_key(thread_id))]
#[scoped(parent(Thread, on = thread_id))]
pub struct Cover {
    thread_id: RowId<Thread>,
    text: String,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = covers)]
struct NewCover<'a> {
    thread_id: RowId<Thread>,
    text: &'a str,
}

/// Anna's threads have covers; the next number is a thread of Ben's.
fn with_covers() -> Kin {
    let kin = Kin::new();
    let schema = "CREATE TABLE covers (
            thread_id INTEGER PRIMARY KEY NOT NULL REFERENCES threads (id), text TEXT NOT NULL
        );
        INSERT INTO covers VALUES (1, 'one'), (2, 'two');";
    kin.fill(schema);
    kin
}

fn cover(thread: i64, text: &str) -> NewCover<'_> {
    NewCover {
        thread_id: RowId::from_raw(thread),
        text,
    }
}

fn all(kin: &Kin) -> Vec<(i64, String)> {
    covers::table
        .order(covers::thread_id)
        .load(&mut kin.raw())
        .unwrap()
}

#[test]
fn a_cover_is_put_on_an_own_thread_only() {
    let kin = with_covers();
    let before = all(&kin);
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let covers = Repo::<Cover>::new(&scope);
    for thread in [3, 77] {
        let new = cover(thread, "Anna was here");
        let id = RowId::<Thread>::from_raw(thread);
        let refused = [
            covers.insert(new).execute(&mut session).map(drop),
            covers
                .insert(new)
                .get_result::<Cover>(&mut session)
                .map(drop),
            covers
                .insert(vec![new, new])
                .execute(&mut session)
                .map(drop),
            covers
                .under(id)
                .insert((covers::text.eq("under"),))
                .execute(&mut session)
                .map(drop),
            covers
                .insert(new)
                .on_conflict(covers::thread_id)
                .do_update()
                .set(covers::text.eq(proposed(covers::text)))
                .execute(&mut session)
                .map(drop),
        ];
        for result in refused {
            assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
        }
    }
    assert_eq!(all(&kin), before);
    assert_eq!(whole_table(&mut kin.raw(), "threads").lines().count(), 4);
}

/// Whether there is a conflict with another tenant's cover must not show.
#[test]
fn do_nothing_does_not_tell_a_foreign_thread_from_a_missing_one() {
    let kin = with_covers();
    kin.raw()
        .batch_execute(
            "DELETE FROM covers WHERE thread_id = 2; INSERT INTO covers VALUES (4, 'Ben')",
        )
        .unwrap();
    let before = all(&kin);
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let covers = Repo::<Cover>::new(&scope);
    // Without a cover, with one, and no thread at all.
    for thread in [3, 4, 77] {
        let new = cover(thread, "Anna was here");
        let one = || {
            covers
                .insert(new)
                .on_conflict(covers::thread_id)
                .do_nothing()
        };
        let many = |rows: Vec<NewCover<'static>>| {
            covers
                .insert(rows)
                .on_conflict(covers::thread_id)
                .do_nothing()
        };
        let refused = [
            one().execute(&mut session).map(drop),
            one().get_result::<Cover>(&mut session).map(drop),
            one()
                .returning(covers::thread_id)
                .get_result::<i64>(&mut session)
                .map(drop),
            covers
                .under(RowId::<Thread>::from_raw(thread))
                .insert((covers::text.eq("under"),))
                .on_conflict(covers::thread_id)
                .do_nothing()
                .execute(&mut session)
                .map(drop),
            many(vec![new]).execute(&mut session).map(drop),
            many(vec![cover(1, "again"), cover(2, "new"), new])
                .execute(&mut session)
                .map(drop),
            many(vec![new, cover(2, "new")])
                .get_results::<Cover>(&mut session)
                .map(drop),
        ];
        for result in refused {
            assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
        }
        assert_eq!(all(&kin), before);
    }
    let there: Option<Cover> = covers
        .insert(cover(1, "again"))
        .on_conflict(covers::thread_id)
        .do_nothing()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(there, None);
    assert_eq!(all(&kin), before);
}

#[test]
fn an_own_thread_gets_its_cover() {
    let kin = with_covers();
    let scope = kin.ben();
    let mut session = kin.db.session(&scope).unwrap();
    let made: Cover = Repo::<Cover>::new(&scope)
        .insert(cover(4, "four"))
        .get_result(&mut session)
        .unwrap();
    assert_eq!((made.thread_id.get(), made.text.as_str()), (4, "four"));
}
