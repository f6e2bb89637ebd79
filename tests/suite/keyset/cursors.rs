//! Cursors, and their texts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::dsl::Desc;

use super::*;

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
    let (mut taken, mut read) = (0, 0);
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
            let behind = pages.clone().after(&cursor).load_page(&mut session);
            let before = pages.before(&cursor).load_page(&mut session);
            for page in [behind, before] {
                let page: KeyPage<Item, _> = match page {
                    Ok(page) => page,
                    // A value of another type can be compared on SQLite only.
                    Err(_) if !cfg!(feature = "sqlite") => continue,
                    Err(error) => panic!("{error:?}"),
                };
                for item in &page.rows {
                    assert!(item.id.get() > 3 && own.contains(&item.name), "{item:?}");
                }
                read += 1;
            }
        }
    }
    assert!(taken > 0 && read > 0);
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

/// A value with the number of a type that nobody knows, or that this database has not.
#[test]
fn a_cursor_of_another_kind_of_database_is_an_invalid_one() {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut bytes = URL_SAFE_NO_PAD
        .decode(cursor_in(&gear, &anna).to_string())
        .unwrap();
    bytes.truncate(9);
    for _ in 0..2 {
        bytes.extend([5, 0, 0, 0, 1]);
        bytes.extend(1_u64.to_be_bytes());
        bytes.push(b'x');
    }
    let cursor: Cursor<ByName> = URL_SAFE_NO_PAD.encode(&bytes).parse().unwrap();
    let page: tenancy::Result<KeyPage<Item, ByName>> = Repo::<Item>::new(&anna)
        .query()
        .keyset((items::name.asc(), items::id.asc()))
        .after(&cursor)
        .limit(9)
        .load_page(&mut gear.db.session(&anna).unwrap());
    let refused = page.map(drop).unwrap_err();
    assert!(
        matches!(refused, Error::InvalidCursor { .. }),
        "{refused:?}"
    );
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
    let mut nulls = ["NULL", "X'00'"];
    if !dialect::NULLS_FIRST {
        nulls.reverse();
    }
    let pairs: [(&str, [&str; 2]); 11] = [
        ("number", ["-9223372036854775808", "-9223372036854775807"]),
        ("number", ["9223372036854775806", "9223372036854775807"]),
        ("number", ["9007199254740992", "9007199254740993"]),
        ("ratio", ["0.1", "0.10000000000000002"]),
        ("ratio", [dialect::MINUS_INFINITY, "5e-324"]),
        ("body", ["'a' || char(0) || 'b'", "'a' || char(0) || 'c'"]),
        ("body", ["'it''s \"\\ %'", "'🏕️'"]),
        ("body", ["''", "char(0)"]),
        ("done", ["false", "true"]),
        // Not as diesel writes them: what Rust makes of it would not find its place.
        (
            "at",
            [
                "'2020-01-01 00:00:00.000000'",
                "'2020-01-01 00:00:00.000001'",
            ],
        ),
        ("raw", nulls),
    ];
    for (column, [small, large]) in pairs {
        // No other database has this character in its texts.
        if !cfg!(feature = "sqlite") && (small.contains("char(0)") || large.contains("char(0)")) {
            continue;
        }
        let mut sql = "DELETE FROM events;".to_owned();
        for (tenant, id, value) in [(1, 7, small), (1, 3, large), (2, 5, small), (2, 6, large)] {
            sql += &format!(
                "INSERT INTO events SELECT CAST(X'000000000000000000000000000000{id:02}' AS BLOB),
                    {tenant}, '2020-01-01 00:00:00', 1, false, 0.5, '', X'00';
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
