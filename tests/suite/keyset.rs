//! Pages by key: each begins where the last one ended, and no cursor reaches out of its
//! scope.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::dsl::{Asc, Desc};
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tenancy::prelude::*;
use tenancy::{Cursor, Error, KeyPage};
use uuid::Uuid;

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

fn fill(raw: &mut SqliteConnection, rows: &[Row]) {
    let mut sql = "BEGIN; DELETE FROM notes;".to_owned();
    for (id, tenant, title, rank) in rows {
        let rank = rank.map_or("NULL".to_owned(), |rank| rank.to_string());
        sql += &format!("INSERT INTO notes VALUES ({id}, {tenant}, '{title}', {rank}, 0);");
    }
    raw.batch_execute(&(sql + "COMMIT;")).unwrap();
}

/// Anna's rows, sorted by Rust. `None` comes before `Some`, as NULL does on SQLite.
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
            a.3.cmp(&b.3).then(a.0.cmp(&b.0))
        });
        order!((notes::rank.desc(), notes::id.asc()), |a, b| {
            b.3.cmp(&a.3).then(a.0.cmp(&b.0))
        });
        order!(
            (notes::title.desc(), notes::rank.asc(), notes::id.desc()),
            |a, b| b.2.cmp(&a.2).then(a.3.cmp(&b.3)).then(b.0.cmp(&a.0))
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
            |a, b| b.3.cmp(&a.3).then(a.2.cmp(&b.2)).then(a.0.cmp(&b.0))
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
                    a.2.cmp(&b.2).then(b.3.cmp(&a.3)).then(b.0.cmp(&a.0))
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

fn names_behind(gear: &Gear, scope: &TenantScope<i64>, cursor: &Cursor<ByName>) -> Vec<String> {
    let page: KeyPage<Item, ByName> = Repo::<Item>::new(scope)
        .query()
        .keyset((items::name.asc(), items::id.asc()))
        .after(cursor)
        .limit(9)
        .load_page(&mut gear.db.session(scope).unwrap())
        .unwrap();
    page.rows.into_iter().map(|item| item.name).collect()
}

#[test]
fn pages_are_of_the_scope() {
    let gear = Gear::new();
    for (scope, names) in [
        (gear.anna(), vec!["Stove", "Tent"]),
        (gear.ben(), vec!["Rope", "Stove", "Tent"]),
    ] {
        assert_eq!(
            names_behind(&gear, &scope, &cursor_in(&gear, &scope)),
            names
        );
    }
}

#[test]
fn a_cursor_of_another_tenant_gives_rows_of_the_own_scope() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    // Behind Anna's lamp (1) lies Ben's lamp (4), too.
    let annas = cursor_in(&gear, &anna);
    assert_eq!(
        names_behind(&gear, &ben, &annas),
        ["Lamp", "Rope", "Stove", "Tent"]
    );
    let bens = cursor_in(&gear, &ben);
    assert_eq!(names_behind(&gear, &anna, &bens), ["Stove", "Tent"]);
}

#[test]
fn cursors_of_different_places_are_not_equal() {
    let gear = Gear::new();
    let annas = cursor_in(&gear, &gear.anna());
    assert_eq!(annas, cursor_in(&gear, &gear.anna()));
    assert_ne!(annas, cursor_in(&gear, &gear.ben()));
}

#[test]
fn a_forged_cursor_gives_an_error_or_rows_of_the_own_scope() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let own: Vec<String> = ["Lamp", "Rope", "Stove", "Tent"]
        .map(str::to_owned)
        .to_vec();
    let bytes = URL_SAFE_NO_PAD
        .decode(cursor_in(&gear, &anna).to_string())
        .unwrap();
    let mut taken = 0;
    for at in 0..bytes.len() {
        for change in [1, 2, 4, 16, 128, 255] {
            let mut forged = bytes.clone();
            forged[at] ^= change;
            let Ok(cursor) = URL_SAFE_NO_PAD.encode(&forged).parse::<Cursor<ByName>>() else {
                continue;
            };
            taken += 1;
            let mut session = gear.db.session(&ben).unwrap();
            let pages = Repo::<Item>::new(&ben)
                .query()
                .keyset((items::name.asc(), items::id.asc()))
                .limit(9);
            let behind: KeyPage<Item, _> = pages
                .clone()
                .after(&cursor)
                .load_page(&mut session)
                .unwrap();
            let before: KeyPage<Item, _> = pages.before(&cursor).load_page(&mut session).unwrap();
            for item in behind.rows.iter().chain(&before.rows) {
                assert!(item.id.get() > 3 && own.contains(&item.name), "{item:?}");
            }
        }
    }
    assert!(taken > 0);
    for length in 0..bytes.len() {
        let cut = URL_SAFE_NO_PAD
            .encode(&bytes[..length])
            .parse::<Cursor<ByName>>();
        assert!(matches!(cut, Err(Error::InvalidCursor { .. })), "{length}");
    }
}

fn reason(text: &str) -> &'static str {
    match text.parse::<Cursor<ByName>>() {
        Err(Error::InvalidCursor { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_this_orders_cursor_is_an_error_without_values() {
    let gear = Gear::new();
    let anna = gear.anna();
    let good = cursor_in(&gear, &anna).to_string();
    assert!(
        good.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    );
    for text in [
        "=",
        "secret!",
        "se cret",
        "\0",
        "é",
        &format!("{good}="),
        &format!("{good}\n"),
    ] {
        assert!(reason(text).contains("not a text"), "{text}");
        let error = text.parse::<Cursor<ByName>>().unwrap_err();
        assert!(!all_text(&error).contains("secret"));
    }
    assert!(reason("").contains("empty"));
    let mut bytes = URL_SAFE_NO_PAD.decode(&good).unwrap();
    bytes[0] = 9;
    assert!(reason(&URL_SAFE_NO_PAD.encode(&bytes)).contains("version"));
    bytes[0] = 1;
    for (tag, why) in [(0, "number of values"), (7, "cut off")] {
        let mut longer = bytes.clone();
        longer.push(tag);
        assert!(reason(&URL_SAFE_NO_PAD.encode(&longer)).contains(why));
    }
    let mut null = bytes[..9].to_vec();
    null.extend([0, 0]);
    assert!(reason(&URL_SAFE_NO_PAD.encode(&null)).contains("no value"));
    let mut nan = bytes[..9].to_vec();
    for _ in 0..2 {
        nan.push(2);
        nan.extend(f64::NAN.to_be_bytes());
    }
    assert!(reason(&URL_SAFE_NO_PAD.encode(&nan)).contains("number that is none"));
    let mut huge = bytes[..9].to_vec();
    huge.push(3);
    huge.extend(u64::MAX.to_be_bytes());
    assert!(reason(&URL_SAFE_NO_PAD.encode(&huge)).contains("cut off"));
}

#[test]
fn a_cursors_text_belongs_to_one_model_and_one_order() {
    type Turned = (Asc<items::name>, Desc<items::id>);
    type Swapped = (Asc<items::id>, Asc<items::name>);
    type Categories = (Asc<categories::name>, Asc<categories::id>);
    let gear = Gear::new();
    let text = cursor_in(&gear, &gear.anna()).to_string();
    assert!(text.parse::<Cursor<ByName>>().is_ok());
    let errors = [
        text.parse::<Cursor<Turned>>().unwrap_err(),
        text.parse::<Cursor<Swapped>>().unwrap_err(),
        text.parse::<Cursor<Categories>>().unwrap_err(),
    ];
    for error in errors {
        assert!(
            all_text(&error).contains("another model or another order"),
            "{error}"
        );
    }
}

#[test]
fn a_cursor_tells_its_values_only_in_its_text() {
    let gear = Gear::new();
    let cursor = cursor_in(&gear, &gear.anna());
    assert!(!format!("{cursor:?} {cursor:#?}").contains("Lamp"));
    assert_eq!(
        cursor.to_string().parse::<Cursor<ByName>>().unwrap(),
        cursor
    );
}

/// Two rows that differ in one column only, in the smallest way; each is found from the
/// other one's cursor, through its text.
#[test]
fn values_come_back_exactly() {
    let (db, file) = database(NOTES);
    let anna = scope_of(&db, 1_i64);
    let events = Repo::<Event>::new(&anna);
    let pairs: [(&str, [&str; 2]); 11] = [
        ("number", ["-9223372036854775808", "-9223372036854775807"]),
        ("number", ["9223372036854775806", "9223372036854775807"]),
        ("number", ["9007199254740992", "9007199254740993"]),
        ("ratio", ["0.1", "0.10000000000000002"]),
        ("ratio", ["-1e999", "5e-324"]),
        ("body", ["'a' || char(0) || 'b'", "'a' || char(0) || 'c'"]),
        ("body", ["'it''s \"\\ %'", "'🏕️'"]),
        ("body", ["''", "char(0)"]),
        ("done", ["0", "1"]),
        // Not as diesel writes them: what Rust makes of it would not find its place.
        (
            "at",
            [
                "'2020-01-01 00:00:00.000000'",
                "'2020-01-01 00:00:00.000001'",
            ],
        ),
        ("raw", ["NULL", "X'00'"]),
    ];
    for (column, [small, large]) in pairs {
        let mut sql = "DELETE FROM events;".to_owned();
        for (tenant, id, value) in [(1, 7, small), (1, 3, large), (2, 5, small), (2, 6, large)] {
            sql += &format!(
                "INSERT INTO events SELECT CAST(X'000000000000000000000000000000{id:02}' AS BLOB),
                    {tenant}, '2020-01-01 00:00:00', 1, 0, 0.5, '', X'00';
                 UPDATE events SET {column} = {value} WHERE id = X'000000000000000000000000000000{id:02}';"
            );
        }
        file.fill(&sql);
        let mut session = db.session(&anna).unwrap();
        macro_rules! check {
            ($name:ident) => {
                if column == stringify!($name) {
                    let pages = events
                        .query()
                        .keyset((events::$name.asc(), events::id.desc()))
                        .limit(1);
                    let first: KeyPage<Event, _> = pages.clone().load_page(&mut session).unwrap();
                    let next = first.next.unwrap();
                    assert_eq!(
                        next.to_string()
                            .parse::<Cursor<(Asc<events::$name>, Desc<events::id>)>>()
                            .unwrap(),
                        next
                    );
                    let second: KeyPage<Event, _> =
                        pages.clone().after(&next).load_page(&mut session).unwrap();
                    assert_eq!(first.rows[0].id, Uuid::from_u128(7), "{column} {small}");
                    assert_eq!(second.rows[0].id, Uuid::from_u128(3), "{column} {small}");
                    assert!(second.next.is_none());
                    let again: KeyPage<Event, _> = pages
                        .before(&second.previous.unwrap())
                        .load_page(&mut session)
                        .unwrap();
                    assert_eq!(again.rows, first.rows, "{column} {small}");
                    assert!(again.previous.is_none() && again.next.is_some());
                }
            };
        }
        check!(number);
        check!(ratio);
        check!(body);
        check!(done);
        check!(at);
        check!(raw);
    }
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
        let (result, sent) = sent_by(|| page.load_page::<Item, _, _>(&mut session));
        assert!(matches!(result, Err(Error::InvalidPage { .. })), "{size}");
        assert!(sent.is_empty());
    }
    let page = Repo::<Item>::new(&anna)
        .query()
        .keyset(items::id.asc())
        .limit(i64::MAX - 1);
    assert_eq!(
        page.load_page::<Item, _, _>(&mut session)
            .unwrap()
            .rows
            .len(),
        3
    );
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
    let (result, sent) = sent_by(|| page.load_page::<Item, _, _>(&mut session));
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
    assert_eq!(
        first.rows,
        [
            ("Rope".to_owned(), Some(901)),
            ("Lamp".to_owned(), Some(151))
        ]
    );
    let next = first.next.unwrap();
    let second: KeyPage<(String, Option<i32>), _> =
        pages.after(&next).load_page(&mut session).unwrap();
    assert_eq!(second.rows, [("Tent".to_owned(), None)]);
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

#[test]
fn pages_of_any_place_and_size_are_prepared_once() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let cursors = [gear.anna(), gear.ben()].map(|scope| cursor_in(&gear, &scope));
    let ((), prepared) = prepared_by(|| {
        for (scope, size) in [(gear.anna(), 1), (gear.ben(), 2), (gear.anna(), 3)] {
            let mut session = gear.db.session(&scope).unwrap();
            for cursor in &cursors {
                let pages = Repo::<Item>::new(&scope)
                    .query()
                    .keyset((items::name.asc(), items::id.asc()))
                    .limit(size);
                pages
                    .clone()
                    .after(cursor)
                    .load_page::<Item, _, _>(&mut session)
                    .unwrap();
                pages
                    .before(cursor)
                    .load_page::<Item, _, _>(&mut session)
                    .unwrap();
            }
        }
    });
    assert_eq!(prepared.len(), 2, "{prepared:#?}");
    assert_ne!(prepared[0], prepared[1]);
    assert!(
        prepared.iter().all(|sql| sql.ends_with(" LIMIT ? + 0")),
        "{prepared:#?}"
    );
}

#[test]
fn a_place_without_a_value_has_a_statement_of_its_own() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let (names, prepared) = prepared_by(|| {
        let mut names = Vec::new();
        let pages = Repo::<Item>::new(&ben)
            .query()
            .keyset((items::weight.asc(), items::id.asc()))
            .limit(1);
        let mut page: KeyPage<Item, _> = pages.clone().load_page(&mut session).unwrap();
        while let Some(cursor) = page.next {
            names.push(page.rows[0].name.clone());
            page = pages
                .clone()
                .after(&cursor)
                .load_page(&mut session)
                .unwrap();
        }
        names.push(page.rows[0].name.clone());
        names
    });
    assert_eq!(names, ["Tent", "Lamp", "Stove", "Rope"]);
    // The first page, the one behind a NULL, and those behind a value.
    assert_eq!(prepared.len(), 3, "{prepared:#?}");
}

/// How SQLite finds the rows of a page.
fn plan(file: &File, sql: &str) -> String {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
        .load(&mut file.raw())
        .unwrap();
    steps
        .iter()
        .map(|step| step.detail.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn a_page_is_found_by_an_index() {
    record();
    let (db, file) = database(NOTES);
    fill(
        &mut file.raw(),
        &[
            (1, 1, "a".into(), None),
            (2, 1, "a".into(), Some(1)),
            (3, 1, "b".into(), Some(1)),
        ],
    );
    let anna = scope_of(&db, 1_i64);
    let mut session = db.session(&anna).unwrap();
    let notes = Repo::<Note>::new(&anna);
    macro_rules! second_page {
        ($order:expr) => {{
            let pages = notes.query().keyset($order).limit(2);
            let first: KeyPage<Note, _> = pages.clone().load_page(&mut session).unwrap();
            let next = first.next.unwrap();
            let (page, prepared) = prepared_by(|| {
                pages
                    .after(&next)
                    .load_page::<Note, _, _>(&mut session)
                    .unwrap()
            });
            assert_eq!(page.rows.len(), 1);
            plan(&file, &prepared[0])
        }};
    }
    let same_way = second_page!((notes::title.asc(), notes::id.asc()));
    assert!(
        same_way.contains("by_title (tenant_id=? AND title>?)"),
        "{same_way}"
    );
    let mixed = second_page!((notes::title.asc(), notes::id.desc()));
    assert!(
        mixed.contains("by_title (tenant_id=? AND title>?)"),
        "{mixed}"
    );
    let nullable = second_page!((notes::rank.asc(), notes::id.asc()));
    assert!(
        nullable.contains("by_rank (tenant_id=? AND rank>?)"),
        "{nullable}"
    );
}

/// SQLite takes no row's number into such a range, but any other key.
#[test]
fn columns_of_one_direction_are_one_range_of_an_index() {
    record();
    let (db, file) = database(NOTES);
    let anna = scope_of(&db, 1_i64);
    let mut session = db.session(&anna).unwrap();
    let pages = Repo::<Event>::new(&anna)
        .query()
        .keyset((events::number.desc(), events::id.desc()))
        .limit(1);
    file.fill(
        "INSERT INTO events VALUES
            (X'00000000000000000000000000000001', 1, '2020-01-01 00:00:00', 1, 0, 0, '', NULL),
            (X'00000000000000000000000000000002', 1, '2020-01-01 00:00:00', 1, 0, 0, '', NULL);",
    );
    let first: KeyPage<Event, _> = pages.clone().load_page(&mut session).unwrap();
    let next = first.next.unwrap();
    let (second, prepared) = prepared_by(|| {
        pages
            .after(&next)
            .load_page::<Event, _, _>(&mut session)
            .unwrap()
    });
    assert_eq!(second.rows[0].id, Uuid::from_u128(1));
    let plan = plan(&file, &prepared[0]);
    assert!(
        plan.contains("by_number (tenant_id=? AND (number,id)<(?,?))"),
        "{plan}"
    );
}

#[cfg(feature = "serde")]
#[test]
fn a_cursor_is_serialized_as_its_text() {
    let gear = Gear::new();
    let cursor = cursor_in(&gear, &gear.anna());
    let json = serde_json::to_string(&cursor).unwrap();
    assert_eq!(json, format!("\"{cursor}\""));
    assert_eq!(
        serde_json::from_str::<Cursor<ByName>>(&json).unwrap(),
        cursor
    );
    let error = serde_json::from_str::<Cursor<ByName>>("\"secret\"").unwrap_err();
    assert!(!error.to_string().contains("secret"));
}
