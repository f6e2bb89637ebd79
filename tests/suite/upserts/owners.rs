//! Rows in the way that are another tenant's, everybody's or nobody's.

use super::*;

// Keys that only differ in case are two tenants, whose rows a careless index takes for
// the same.
diesel::table! {
    pages (id) {
        id -> BigInt,
        owner -> Text,
        path -> Text,
        hits -> Integer,
    }
}

#[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = pages)]
#[scoped(tenant = owner)]
struct Page {
    id: RowId<Page>,
    path: String,
    hits: i32,
}

const PAGES: &str = "
    CREATE TABLE pages (
        id INTEGER PRIMARY KEY NOT NULL,
        owner TEXT NOT NULL,
        path TEXT NOT NULL,
        hits INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX careless ON pages (owner COLLATE NOCASE, path);
    INSERT INTO pages VALUES (1, 'Anna', '/', 1), (2, 'ben', '/', 5);";

#[test]
fn another_tenants_row_in_the_way_is_a_conflict() {
    let (db, file) = database(PAGES);
    let small = scope_of(&db, "anna".to_owned());
    let pages = Repo::<Page>::new(&small);
    let mut session = db.session(&small).unwrap();
    let before = whole_table(&mut file.raw(), "pages");
    let hit = || {
        pages
            .insert((pages::path.eq("/"), pages::hits.eq(1)))
            .on_conflict((pages::owner, pages::path))
    };
    let count = || hit().do_update().set(pages::hits.eq(pages::hits + 1));
    let counted = count().execute(&mut session).unwrap_err();
    assert!(is_in_the_way(&counted), "{counted:?}");
    let counted = count().get_result::<Page>(&mut session).unwrap_err();
    assert!(is_in_the_way(&counted), "{counted:?}");
    let counted = count().returning(pages::hits).load::<i32>(&mut session);
    let counted = counted.unwrap_err();
    assert!(is_in_the_way(&counted), "{counted:?}");
    match hit().do_nothing().get_result::<Page>(&mut session) {
        Ok(none) => assert_eq!(none, None),
        Err(error) => assert!(!dialect::KEYS_COMPARE_ALONE && is_in_the_way(&error)),
    }
    assert_eq!(whole_table(&mut file.raw(), "pages"), before);
}

/// The row is met in the target, or, where that compares as its columns do, in another key.
fn is_in_the_way(error: &Error) -> bool {
    if dialect::KEYS_COMPARE_ALONE {
        matches!(error, Error::Conflict)
    } else {
        matches!(error, Error::UniqueViolation { .. })
    }
}

diesel::table! {
    notes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        word -> Text,
    }
}

/// The application makes the keys, and other tenants' rows may have them.
#[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, application_key)]
struct Note {
    id: i64,
    word: String,
}

#[test]
fn a_key_that_another_tenant_has_is_a_violation() {
    let (db, file) = database(
        "CREATE TABLE notes (
            id BIGINT PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, word TEXT NOT NULL,
            UNIQUE (tenant_id, id)
        );
        INSERT INTO notes VALUES (1, 1, 'mine'), (2, 2, 'Ben''s');",
    );
    let anna = scope_of(&db, 1_i64);
    let mut session = db.session(&anna).unwrap();
    let notes = Repo::<Note>::new(&anna);
    let upsert = |session: &mut Conn, id: i64| {
        notes
            .insert((notes::id.eq(id), notes::word.eq("new")))
            .on_conflict((notes::tenant_id, notes::id))
            .do_update()
            .set(notes::word.eq(proposed(notes::word)))
            .execute(session)
    };
    assert_eq!(upsert(&mut session, 1).unwrap(), 1);
    let foreign = upsert(&mut session, 2);
    assert!(
        matches!(foreign, Err(Error::UniqueViolation { .. })),
        "{foreign:?}"
    );
    assert_eq!(
        whole_table(&mut file.raw(), "notes"),
        "1|1|new\n2|2|Ben's\n"
    );
}

diesel::table! {
    tags (id) {
        id -> BigInt,
        tenant_id -> Nullable<BigInt>,
        name -> Text,
        uses -> Integer,
    }
}

/// A tag without a tenant is everybody's.
#[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = tags)]
#[scoped(tenant = tenant_id, global_rows)]
struct Tag {
    id: RowId<Tag>,
    name: String,
    uses: i32,
}

const TAGS: &str = "
    CREATE TABLE tags (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT, name TEXT NOT NULL,
        uses INTEGER NOT NULL, UNIQUE (tenant_id, name)
    );
    INSERT INTO tags VALUES (1, NULL, 'red', 0), (2, 2, 'red', 0), (3, 1, 'blue', 0);";

#[test]
fn everybodys_rows_are_not_met() {
    let (db, file) = database(TAGS);
    let anna = scope_of(&db, 1_i64);
    let mut session = db.session(&anna).unwrap();
    let tags = Repo::<Tag>::new(&anna);
    let mut ids = Vec::new();
    for name in ["red", "red", "blue"] {
        let tag: Tag = tags
            .insert((tags::name.eq(name), tags::uses.eq(1)))
            .on_conflict((tags::tenant_id, tags::name))
            .do_update()
            .set(tags::uses.eq(tags::uses + 10))
            .get_result(&mut session)
            .unwrap();
        ids.push(tag.id.get());
    }
    let new = ids[0];
    assert_eq!(ids, [new, new, 3]);
    assert_eq!(
        whole_table(&mut file.raw(), "tags"),
        format!("1||red|0\n2|2|red|0\n3|1|blue|10\n{new}|1|red|11\n")
    );
}

mod nobodys {
    use super::*;

    #[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
    #[diesel(table_name = machines)]
    #[scoped(tenant = tenant_id, nullable)]
    struct Machine {
        id: RowId<Machine>,
        name: String,
    }

    diesel::table! {
        machines (id) {
            id -> BigInt,
            tenant_id -> Nullable<BigInt>,
            name -> Text,
            uses -> Integer,
        }
    }

    #[test]
    fn nobodys_rows_are_not_met() {
        let (db, file) = database(&TAGS.replace("tags", "machines"));
        let anna = scope_of(&db, 1_i64);
        let mut session = db.session(&anna).unwrap();
        let machines = Repo::<Machine>::new(&anna);
        for name in ["red", "blue", "red"] {
            machines
                .insert((machines::name.eq(name), machines::uses.eq(1)))
                .on_conflict((machines::tenant_id, machines::name))
                .do_update()
                .set(machines::uses.eq(machines::uses + 10))
                .execute(&mut session)
                .unwrap();
        }
        assert_eq!(
            whole_table(&mut file.raw(), "machines"),
            "1||red|0\n2|2|red|0\n3|1|blue|10\n4|1|red|11\n"
        );
    }
}
