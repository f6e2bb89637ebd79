//! The statements of pages: which are prepared once, and which an index serves.

use super::*;

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
                    .load_page::<Item>(&mut session)
                    .unwrap();
                pages
                    .before(cursor)
                    .load_page::<Item>(&mut session)
                    .unwrap();
            }
        }
    });
    assert_eq!(prepared.len(), 2, "{prepared:#?}");
    assert_ne!(prepared[0], prepared[1]);
    assert!(
        prepared
            .iter()
            .all(|sql| dialect::plain(sql).ends_with(&dialect::expected(" LIMIT ? + 0"))),
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
    let mut expected = ["Tent", "Lamp", "Stove", "Rope"];
    if !dialect::NULLS_FIRST {
        expected.rotate_left(1);
    }
    assert_eq!(names, expected);
    // The first page, the one behind a NULL, which may be the last one, and those behind a value.
    let count = if dialect::NULLS_FIRST { 3 } else { 2 };
    assert_eq!(prepared.len(), count, "{prepared:#?}");
}

/// How SQLite finds the rows of a page.
#[cfg(feature = "sqlite")]
fn plan(file: &Stage, sql: &str) -> String {
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

#[cfg(feature = "sqlite")]
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
            let (page, prepared) =
                prepared_by(|| pages.after(&next).load_page::<Note>(&mut session).unwrap());
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
#[cfg(feature = "sqlite")]
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
    let (second, prepared) =
        prepared_by(|| pages.after(&next).load_page::<Event>(&mut session).unwrap());
    assert_eq!(second.rows[0].id, Uuid::from_u128(1));
    let plan = plan(&file, &prepared[0]);
    assert!(
        plan.contains("by_number (tenant_id=? AND (number,id)<(?,?))"),
        "{plan}"
    );
}
