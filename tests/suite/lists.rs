//! Lists of values in conditions: exact, of one tenant, and one text for any length.

use diesel::dsl::not;
use diesel::prelude::*;
use tenancy::prelude::*;
use uuid::Uuid;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

type Conn = Session<crate::support::Conn>;

fn annas<R>(program: impl FnOnce(&Repo<Item>, &mut Conn) -> R) -> R {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    program(&Repo::new(&anna), &mut session)
}

/// The ids of Anna's items for which a condition holds.
macro_rules! ids {
    ($condition:expr) => {
        annas(|items, session| {
            items
                .query()
                .filter($condition)
                .select(items::id)
                .order(items::id)
                .load::<i64>(session)
                .unwrap()
        })
    };
}

#[test]
fn a_list_finds_annas_rows_only() {
    assert_eq!(ids!(items::id.is_among([1, 3, 4, 7, 99])), [1, 3]);
    assert_eq!(ids!(items::name.is_among(["Lamp", "Rope"])), [1]);
    assert_eq!(ids!(items::id.is_not_among([1, 3, 4, 7, 99])), [2]);
    assert_eq!(ids!(items::name.is_not_among(["Lamp", "Rope"])), [2, 3]);
}

#[test]
fn an_empty_list_holds_nothing() {
    assert_eq!(ids!(items::id.is_among(Vec::<i64>::new())), [0; 0]);
    assert_eq!(ids!(items::id.is_not_among(Vec::<i64>::new())), [1, 2, 3]);
    assert_eq!(ids!(items::weight.is_among(&[] as &[i32])), [0; 0]);
    assert_eq!(ids!(items::weight.is_not_among(&[] as &[i32])), [1, 2, 3]);
}

/// Anna's stove has no weight, and is neither among these nor not.
#[test]
fn null_is_no_value() {
    assert_eq!(ids!(items::weight.is_among([100, 400])), [1]);
    assert_eq!(ids!(items::weight.is_not_among([100, 400])), [3]);
    assert_eq!(ids!(not(items::weight.is_among([100, 400]))), [3]);
}

#[test]
fn whatever_holds_values_is_a_list() {
    let (numbers, names) = ([1_i64, 2], ["Lamp".to_owned(), "Stove".to_owned()]);
    assert_eq!(ids!(items::id.is_among(numbers)), [1, 2]);
    assert_eq!(ids!(items::id.is_among(numbers.to_vec())), [1, 2]);
    assert_eq!(ids!(items::id.is_among(numbers.as_slice())), [1, 2]);
    assert_eq!(
        ids!(items::id.is_among(numbers.iter().map(|n| n + 1))),
        [2, 3]
    );
    assert_eq!(ids!(items::name.is_among(&names)), [1, 2]);
    assert_eq!(
        ids!(items::name.is_among(names.iter().map(String::as_str))),
        [1, 2]
    );
    assert_eq!(ids!(items::name.is_among(names.clone())), [1, 2]);
    let keys = [RowId::<Item>::from_raw(2), RowId::from_raw(6)];
    assert_eq!(ids!(items::id.is_among(keys)), [2]);
    assert_eq!(ids!(items::id.is_among(&keys)), [2]);
}

#[test]
fn a_list_is_a_condition_like_any_other() {
    let among = || items::id.is_among([1, 4]);
    assert_eq!(ids!(among().or(items::name.eq("Tent"))), [1, 3]);
    assert_eq!(ids!(items::name.eq("Tent").or(among())), [1, 3]);
    assert_eq!(ids!(among().and(items::name.is_among(["Stove"]))), [0; 0]);
    assert_eq!(ids!(not(among())), [2, 3]);
    assert_eq!(ids!(among().eq(false)), [2, 3]);
    assert_eq!(ids!((items::id + 1).is_among([2, 5])), [1]);
}

#[test]
fn lists_stand_in_joins_groups_and_selections() {
    annas(|items, session| {
        let joined: Vec<String> = items
            .query()
            .inner_join(categories::table)
            .filter(categories::name.is_among(["Light"]))
            .select(items::name)
            .load(session)
            .unwrap();
        assert_eq!(joined, ["Lamp"]);
        let selected: Vec<bool> = items
            .query()
            .select(items::id.is_among([2]))
            .order(items::id)
            .load(session)
            .unwrap();
        assert_eq!(selected, [false, true, false]);
        let boxed: Vec<i64> = items
            .query()
            .into_boxed()
            .filter(items::id.is_among([2, 5]))
            .select(items::id)
            .load(session)
            .unwrap();
        assert_eq!(boxed, [2]);
    });
}

#[test]
fn writes_by_a_list_touch_annas_rows_only() {
    let gear = Gear::new();
    let anna = gear.anna();
    let items = Repo::<Item>::new(&anna);
    let mut session = gear.db.session(&anna).unwrap();
    leaving_ben_alone(&gear, || {
        let updated = items
            .update(items.query().filter(items::name.is_among(["Lamp", "Rope"])))
            .set(items::weight.eq(1))
            .execute(&mut session)
            .unwrap();
        let deleted = items
            .delete(items.query().filter(items::id.is_not_among([1, 4])))
            .execute(&mut session)
            .unwrap();
        assert_eq!((updated, deleted), (1, 2));
    });
}

diesel::table! {
    papers (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        small -> SmallInt,
        big -> Nullable<BigInt>,
        text -> Nullable<Text>,
        value -> Text,
        uid -> tenancy::sql_types::Id128,
        other -> Nullable<tenancy::sql_types::Id128>,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = papers)]
#[scoped(tenant = tenant_id)]
struct Paper {
    #[expect(dead_code, reason = "a model has its key")]
    id: RowId<Paper>,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = papers)]
struct NewPaper<'a> {
    small: i16,
    big: Option<i64>,
    text: Option<&'a str>,
    value: &'a str,
    uid: Uuid,
}

const PAPERS: &str = "CREATE TABLE papers (
    id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, small SMALLINT NOT NULL, big BIGINT,
    text TEXT, value TEXT NOT NULL, uid BLOB NOT NULL, other BLOB
)";

/// Texts that a careless writer of lists would change.
fn hard_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "'",
        "''",
        "\"",
        "\\",
        "\\\"",
        "\\u0041",
        "a,b",
        "[1]",
        "null",
        "1",
        "1.0",
        "a\0b",
        "\0",
        "a\u{7f}b",
        "🦀",
        "e\u{301}",
        "é",
        "\u{10ffff}",
        "\u{feff}",
        "line\r\n\ttab",
        "'); DROP TABLE papers; --",
        "?",
        "\u{2028}",
        "\u{fffd}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend((0..32_u8).map(|c| char::from(c).to_string() + "x"));
    // No other database has this character in its texts.
    #[cfg(not(feature = "sqlite"))]
    texts.retain(|text| !text.contains('\0'));
    texts
}

/// Each hard text is found by itself, and by nothing else: one row each, for two tenants.
#[test]
fn texts_are_compared_to_the_byte() {
    let (db, _file) = database(PAPERS);
    let texts = hard_texts();
    let (anna, ben) = (scope_of(&db, 1_i64), scope_of(&db, 2_i64));
    for scope in [&ben, &anna] {
        let papers = Repo::<Paper>::new(scope);
        let mut session = db.session(scope).unwrap();
        let rows: Vec<NewPaper> = texts
            .iter()
            .map(|text| NewPaper {
                small: 0,
                big: None,
                text: Some(text),
                value: text,
                uid: Uuid::nil(),
            })
            .collect();
        papers.insert(rows).execute(&mut session).unwrap();
    }

    let papers = Repo::<Paper>::new(&anna);
    let mut session = db.session(&anna).unwrap();
    for text in &texts {
        let found: Vec<Option<String>> = papers
            .query()
            .filter(papers::text.is_among([text]))
            .select(papers::text)
            .load(&mut session)
            .unwrap();
        assert_eq!(found, [Some(text.clone())], "{text:?}");
        let others: i64 = papers
            .query()
            .filter(papers::value.is_not_among([text]))
            .count()
            .get_result(&mut session)
            .unwrap();
        assert_eq!(others, i64::try_from(texts.len()).unwrap() - 1, "{text:?}");
    }
    let all: i64 = papers
        .query()
        .filter(papers::value.is_among(&texts))
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(all, i64::try_from(texts.len()).unwrap());
}

#[test]
fn numbers_and_uuids_are_compared_exactly() {
    let (db, file) = database(PAPERS);
    let numbers = [
        i64::MIN,
        i64::MIN + 1,
        -(1 << 53) - 1,
        -1,
        0,
        (1 << 53) + 1,
        i64::MAX - 1,
        i64::MAX,
    ];
    let uid = |n: i64| Uuid::from_u64_pair(n.cast_unsigned(), 0xff00_0000_0000_00ff);
    let (anna, ben) = (scope_of(&db, 1_i64), scope_of(&db, 2_i64));
    for scope in [&ben, &anna] {
        let mut session = db.session(scope).unwrap();
        let rows: Vec<NewPaper> = numbers
            .iter()
            .map(|&n| NewPaper {
                small: if n < 0 { i16::MIN } else { i16::MAX },
                big: Some(n),
                text: None,
                value: "",
                uid: uid(n),
            })
            .collect();
        let papers = Repo::<Paper>::new(scope);
        papers.insert(rows).execute(&mut session).unwrap();
    }
    file.fill("UPDATE papers SET other = uid");

    let papers = Repo::<Paper>::new(&anna);
    let mut session = db.session(&anna).unwrap();
    for n in numbers {
        let by_number: Vec<Option<i64>> = papers
            .query()
            .filter(papers::big.is_among([n]))
            .select(papers::big)
            .load(&mut session)
            .unwrap();
        assert_eq!(by_number, [Some(n)]);
        let by_uuid: Vec<Uuid> = papers
            .query()
            .filter(
                papers::uid
                    .is_among(&[uid(n)])
                    .and(papers::other.is_among([uid(n)])),
            )
            .select(papers::uid)
            .load(&mut session)
            .unwrap();
        assert_eq!(by_uuid, [uid(n)]);
    }
    let small: i64 = papers
        .query()
        .filter(papers::small.is_among([i16::MIN, 0]))
        .count()
        .get_result(&mut session)
        .unwrap();
    let rest: i64 = papers
        .query()
        .filter(papers::uid.is_not_among(numbers[1..].iter().map(|&n| uid(n))))
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!((small, rest), (4, 1));
}

/// The list has a column `value` of its own, and so has this table.
#[test]
fn a_column_of_the_lists_own_name_is_not_captured() {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let settings = Repo::<Setting>::new(&anna);
    let found: Vec<Setting> = settings
        .query()
        .filter(settings::value.is_among(["g", "oz"]))
        .load(&mut session)
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].value, "g");
    let none: Vec<Setting> = settings
        .query()
        .filter(
            settings::value
                .is_among(["oz"])
                .or(settings::key.is_among(["value"])),
        )
        .load(&mut session)
        .unwrap();
    assert!(none.is_empty());
}

#[test]
fn a_long_list_is_one_value() {
    record();
    let long: Vec<i64> = (2..100_000).collect();
    let (found, sent) = sent_by(|| ids!(items::id.is_among(&long)));
    assert_eq!(found, [2, 3]);
    let has_it = |sql: &String| dialect::plain(sql).contains(dialect::ID_AMONG);
    assert!(sent.iter().any(has_it), "{}", sent.len());
}
