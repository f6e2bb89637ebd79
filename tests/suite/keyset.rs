//! Pages by key: each begins where the last one ended, and no cursor reaches out of its
//! scope.

mod cursors;
mod statements;

use std::cmp::Ordering;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::dsl::Asc;
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tenancy::prelude::*;
use tenancy::{Cursor, Error, KeyPage};
use uuid::Uuid;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

mod schema {
    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            title -> Text,
            rank -> Nullable<Integer>,
            score -> Double,
        }
    }

    diesel::table! {
        events (id) {
            id -> tenancy::sql_types::Id128,
            tenant_id -> BigInt,
            at -> Timestamp,
            number -> BigInt,
            done -> Bool,
            ratio -> Double,
            body -> Text,
            raw -> Nullable<Binary>,
        }
    }
}

use schema::{events, notes};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id)]
struct Note {
    id: RowId<Note>,
    title: String,
    rank: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = events)]
#[scoped(tenant = tenant_id)]
struct Event {
    id: Uuid,
    at: NaiveDateTime,
    number: i64,
    done: bool,
    ratio: f64,
    body: String,
}

const NOTES: &str = "
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL,
        title TEXT NOT NULL, rank INTEGER, score REAL NOT NULL DEFAULT 0
    );
    CREATE INDEX by_title ON notes (tenant_id, title);
    CREATE INDEX by_rank ON notes (tenant_id, rank);
    CREATE TABLE events (
        id BLOB PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, at TIMESTAMP NOT NULL,
        number BIGINT NOT NULL, done BOOLEAN NOT NULL, ratio DOUBLE NOT NULL,
        body TEXT NOT NULL, raw BLOB
    );
    CREATE INDEX by_number ON events (tenant_id, number, id);";

/// All pages of a query, from the start on, or with `back` from the end on, joined to one
/// list in the order. What `between` does, it does between two pages.
macro_rules! walk {
    ($pages:expr, $session:expr, $between:expr) => {{
        let mut rows = Vec::new();
        let mut page: KeyPage<Note, _> = $pages.load_page(&mut *$session).unwrap();
        loop {
            rows.append(&mut page.rows);
            assert!(rows.len() < 1_000, "the pages do not end");
            let Some(cursor) = page.next else { break };
            $between;
            page = $pages.after(&cursor).load_page(&mut *$session).unwrap();
        }
        rows
    }};
    (back $pages:expr, $session:expr, $between:expr) => {{
        let mut rows = Vec::new();
        let mut page: KeyPage<Note, _> = $pages.from_end().load_page(&mut *$session).unwrap();
        loop {
            let mut more = std::mem::take(&mut page.rows);
            more.append(&mut rows);
            rows = more;
            assert!(rows.len() < 1_000, "the pages do not end");
            let Some(cursor) = page.previous else { break };
            $between;
            page = $pages.before(&cursor).load_page(&mut *$session).unwrap();
        }
        rows
    }};
}

type Row = (i64, i64, String, Option<i32>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (1..=2_i64, "[aAé]{0,2}", proptest::option::of(-1..=1_i32));
    proptest::collection::vec(row, 0..40).prop_map(|rows| {
        let numbered = rows.into_iter().zip(1..);
        numbered
            .map(|((tenant, title, rank), id)| (id, tenant, title, rank))
            .collect()
    })
}

fn fill(raw: &mut crate::support::Conn, rows: &[Row]) {
    let mut sql = "BEGIN; DELETE FROM notes;".to_owned();
    for (id, tenant, title, rank) in rows {
        let rank = rank.map_or("NULL".to_owned(), |rank| rank.to_string());
        sql += &format!("INSERT INTO notes VALUES ({id}, {tenant}, '{title}', {rank}, 0);");
    }
    raw.batch_execute(&(sql + "COMMIT;")).unwrap();
}

/// How NULL and the values are ordered.
fn by_rank(a: &Row, b: &Row) -> Ordering {
    let order = a.3.cmp(&b.3);
    if a.3.is_none() != b.3.is_none() && !dialect::NULLS_FIRST {
        return order.reverse();
    }
    order
}

/// Anna's rows, sorted by Rust.
fn sorted(rows: &[Row], compare: impl Fn(&Row, &Row) -> Ordering) -> Vec<i64> {
    let mut own: Vec<&Row> = rows.iter().filter(|row| row.1 == 1).collect();
    own.sort_by(|a, b| compare(a, b));
    own.into_iter().map(|row| row.0).collect()
}

fn ids(notes: &[Note]) -> Vec<i64> {
    notes.iter().map(|note| note.id.get()).collect()
}

/// 200 cases, the same in each run.
fn check<S: Strategy>(strategy: S, test: impl Fn(S::Value)) {
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
        .run(&strategy, |value| {
            test(value);
            Ok(())
        })
        .unwrap();
}

type ByName = (Asc<items::name>, Asc<items::id>);

/// The first page of one item, and the cursor behind it.
fn cursor_in(gear: &Gear, scope: &TenantScope<i64>) -> Cursor<ByName> {
    let page: KeyPage<Item, ByName> = Repo::<Item>::new(scope)
        .query()
        .keyset((items::name.asc(), items::id.asc()))
        .limit(1)
        .load_page(&mut gear.db.session(scope).unwrap())
        .unwrap();
    page.next.unwrap()
}

#[test]
fn all_pages_together_are_the_sorted_rows_forward_and_backward() {
    let (db, file) = database(NOTES);
    let anna = scope_of(&db, 1_i64);
    let notes = Repo::<Note>::new(&anna);
    check((rows(), 1..6_i64), |(rows, size)| {
        fill(&mut file.raw(), &rows);
        let session = &mut db.session(&anna).unwrap();
        macro_rules! order {
            ($order:expr, $compare:expr) => {
                let pages = notes.query().keyset($order).limit(size);
                let expected = sorted(&rows, $compare);
                assert_eq!(ids(&walk!(pages.clone(), session, ())), expected);
                assert_eq!(ids(&walk!(back pages.clone(), session, ())), expected);
            };
        }
        order!(notes::id.asc(), |a, b| a.0.cmp(&b.0));
        order!(notes::id.desc(), |a, b| b.0.cmp(&a.0));
        order!((notes::title.asc(), notes::id.asc()), |a, b| {
            a.2.cmp(&b.2).then(a.0.cmp(&b.0))
        });
        order!((notes::title.desc(), notes::id.desc()), |a, b| {
            b.2.cmp(&a.2).then(b.0.cmp(&a.0))
        });
        order!((notes::title.asc(), notes::id.desc()), |a, b| {
            a.2.cmp(&b.2).then(b.0.cmp(&a.0))
        });
        order!((notes::rank.asc(), notes::id.asc()), |a, b| {
            by_rank(a, b).then(a.0.cmp(&b.0))
        });
        order!((notes::rank.desc(), notes::id.asc()), |a, b| {
            by_rank(b, a).then(a.0.cmp(&b.0))
        });
        order!(
            (notes::title.desc(), notes::rank.asc(), notes::id.desc()),
            |a, b| b.2.cmp(&a.2).then(by_rank(a, b)).then(b.0.cmp(&a.0))
        );
        order!(
            (
                notes::tenant_id.asc(),
                notes::score.desc(),
                notes::rank.desc(),
                notes::title.asc(),
                notes::id.asc(),
                notes::rank.asc(),
            ),
            |a, b| by_rank(b, a).then(a.2.cmp(&b.2)).then(a.0.cmp(&b.0))
        );
    });
}

#[test]
fn rows_that_stay_are_on_one_page_whatever_is_written_between() {
    let (db, file) = database(NOTES);
    let anna = scope_of(&db, 1_i64);
    let notes = Repo::<Note>::new(&anna);
    // Which ids go, and which rows come, one of each between two pages.
    let changes = proptest::collection::vec((1..40_i64, "[aAé]{0,2}", 1..=2_i64), 40);
    check((rows(), 1..4_i64, changes), |(rows, size, changes)| {
        macro_rules! both_ways {
            ($($back:ident)?) => {{
                let mut raw = file.raw();
                fill(&mut raw, &rows);
                let session = &mut db.session(&anna).unwrap();
                let mut coming = changes.iter().zip(1_000..);
                let mut gone = Vec::new();
                let pages = notes
                    .query()
                    .keyset((notes::title.asc(), notes::rank.desc(), notes::id.desc()))
                    .limit(size);
                let seen = walk!($($back)? pages.clone(), session, {
                    if let Some(((goes, title, tenant), id)) = coming.next() {
                        gone.push(*goes);
                        let sql = format!(
                            "DELETE FROM notes WHERE id = {goes};
                             INSERT INTO notes VALUES ({id}, {tenant}, '{title}', NULL, 0);"
                        );
                        raw.batch_execute(&sql).unwrap();
                    }
                });
                let stayed: Vec<i64> = ids(&seen)
                    .into_iter()
                    .filter(|id| *id < 1_000 && !gone.contains(id))
                    .collect();
                let mut expected = sorted(&rows, |a, b| {
                    a.2.cmp(&b.2).then(by_rank(b, a)).then(b.0.cmp(&a.0))
                });
                expected.retain(|id| !gone.contains(id));
                assert_eq!(stayed, expected);
                let mut once = ids(&seen);
                once.sort_unstable();
                once.dedup();
                assert_eq!(once.len(), seen.len());
            }};
        }
        both_ways!();
        both_ways!(back);
    });
}

#[test]
fn a_page_that_cannot_be_is_an_error() {
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    for size in [0, -1, i64::MIN, i64::MAX] {
        let page = Repo::<Item>::new(&anna)
            .query()
            .keyset(items::id.asc())
            .limit(size);
        let (result, sent) = sent_by(|| page.load_page::<Item>(&mut session));
        assert!(matches!(result, Err(Error::InvalidPage { .. })), "{size}");
        assert!(sent.is_empty());
    }
    let page = Repo::<Item>::new(&anna)
        .query()
        .keyset(items::id.asc())
        .limit(i64::MAX - 1);
    assert_eq!(page.load_page::<Item>(&mut session).unwrap().rows.len(), 3);
}

#[test]
fn a_page_runs_on_a_session_of_its_tenant_only() {
    record();
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut session = gear.db.session(&ben).unwrap();
    let page = Repo::<Item>::new(&anna)
        .query()
        .keyset(items::id.asc())
        .limit(9);
    let (result, sent) = sent_by(|| page.load_page::<Item>(&mut session));
    assert!(matches!(result, Err(Error::ScopeMismatch)));
    assert!(sent.is_empty());
}

#[test]
fn filters_and_selections_stand_beside_the_cursor() {
    let gear = Gear::new();
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let pages = Repo::<Item>::new(&ben)
        .query()
        .filter(items::name.eq("Tent").or(items::name.ne("Stove")))
        .keyset((items::weight.desc(), items::id.asc()))
        .select((items::name, items::weight + 1))
        .limit(2);
    let first: KeyPage<(String, Option<i32>), _> = pages.clone().load_page(&mut session).unwrap();
    let next = first.next.unwrap();
    let second: KeyPage<(String, Option<i32>), _> =
        pages.after(&next).load_page(&mut session).unwrap();
    let mut all = [("Rope", Some(901)), ("Lamp", Some(151)), ("Tent", None)]
        .map(|(name, more)| (name.to_owned(), more));
    if !dialect::NULLS_FIRST {
        all.rotate_right(1);
    }
    assert_eq!((&first.rows[..], &second.rows[..]), all.split_at(2));
}

#[test]
fn keys_without_the_tenant_column_are_enough_and_global_rows_have_pages() {
    let gear = Gear::new();
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let settings: KeyPage<Setting, _> = Repo::<Setting>::new(&ben)
        .query()
        .keyset(settings::key.asc())
        .limit(5)
        .load_page(&mut session)
        .unwrap();
    assert_eq!(settings.rows.len(), 1);
    assert_eq!(settings.rows[0].value, "oz");
    let pages = Repo::<Unit>::new(&ben)
        .query()
        .keyset((units::name.desc(), units::id.asc()))
        .limit(1);
    let first: KeyPage<Unit, _> = pages.clone().load_page(&mut session).unwrap();
    let second: KeyPage<Unit, _> = pages
        .after(&first.next.unwrap())
        .load_page(&mut session)
        .unwrap();
    assert_eq!(
        (first.rows[0].name.as_str(), second.rows[0].name.as_str()),
        ("oz", "g")
    );
    assert!(second.next.is_none());
}
