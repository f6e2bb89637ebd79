//! An error tells nobody's values, and of another tenant's rows not even that they
//! are there.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

const SECRET: &str = "the name of a secret";

#[test]
fn a_taken_name_is_not_repeated() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let row = NewItem {
        category_id: RowId::from_raw(1),
        name: SECRET,
    };
    items.insert(&row).execute(&mut session).unwrap();
    let errors = [
        items.insert(&row).execute(&mut session).unwrap_err(),
        items
            .insert(&row)
            .get_result::<Item>(&mut session)
            .unwrap_err(),
        items.insert([row, row]).execute(&mut session).unwrap_err(),
        items
            .update(RowId::<Item>::from_raw(1))
            .set(items::name.eq(SECRET))
            .execute(&mut session)
            .unwrap_err(),
    ];
    for error in errors {
        let Error::UniqueViolation { constraint } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(constraint.as_deref(), Some(dialect::NAME_OF_AN_ITEM));
        assert!(!all_text(&error).contains(SECRET));
    }
}

#[test]
fn a_name_that_another_tenant_has_is_free() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let rope = Repo::<Item>::new(&scope)
        .insert((
            items::name.eq("Rope"),
            items::category_id.eq(RowId::<Category>::from_raw(1)),
        ))
        .execute(&mut session);
    assert!(rope.is_ok());
}

#[test]
fn a_missing_and_a_foreign_parent_are_the_same_error() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let mut texts = Vec::new();
    // A category of Ben's, and one that nobody has.
    for parent in [3, 999_999] {
        let category_id = RowId::<Category>::from_raw(parent);
        let inserted = items
            .insert(NewItem {
                category_id,
                name: SECRET,
            })
            .execute(&mut session)
            .unwrap_err();
        let changed = items
            .update(RowId::<Item>::from_raw(1))
            .set(items::category_id.eq(category_id))
            .execute(&mut session)
            .unwrap_err();
        for error in [&inserted, &changed] {
            assert!(
                matches!(error, Error::ForeignKeyViolation { .. }),
                "{error:?}"
            );
            assert!(!all_text(error).contains(SECRET));
            assert!(!all_text(error).contains(&parent.to_string()));
        }
        texts.push((all_text(&inserted), all_text(&changed)));
    }
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn missing_and_foreign_rows_are_the_same_error() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let mut texts = Vec::new();
    for id in [4, 999_999] {
        let id = RowId::<Item>::from_raw(id);
        let of_one: Vec<String> = [
            items.find(id).first::<Item>(&mut session).map(drop),
            items.find(id).get_result::<Item>(&mut session).map(drop),
            items
                .update(id)
                .set(items::name.eq("x"))
                .execute(&mut session)
                .map(drop),
            // What would violate a constraint in one's own row.
            items
                .update(id)
                .set(items::name.eq("Tent"))
                .execute(&mut session)
                .map(drop),
            items
                .update(id)
                .set(items::category_id.eq(RowId::<Category>::from_raw(77)))
                .execute(&mut session)
                .map(drop),
            items.delete(id).execute(&mut session).map(drop),
            items.delete(id).get_result::<Item>(&mut session).map(drop),
        ]
        .into_iter()
        .map(|result| {
            let error = result.unwrap_err();
            assert!(matches!(error, Error::NotFound), "{error:?}");
            all_text(&error)
        })
        .collect();
        texts.push(of_one);
    }
    assert_eq!(texts[0], texts[1]);
}

mod limits {
    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            body -> Nullable<Text>,
        }
    }
}
use limits::notes;

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "loaded, not read")]
struct Note {
    id: RowId<Note>,
    body: Option<String>,
}

#[test]
fn a_missing_value_names_the_column() {
    let (db, _file) = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, body TEXT NOT NULL)",
    );
    let scope = scope_of(&db, 1_i64);
    let place = dialect::place_of("notes", "body");
    let error = Repo::<Note>::new(&scope)
        .insert((notes::body.eq(None::<String>),))
        .execute(&mut db.session(&scope).unwrap())
        .unwrap_err();
    assert!(matches!(&error, Error::NotNullViolation { column: Some(c) } if *c == place));
}

#[test]
fn a_value_that_a_check_refuses_is_not_repeated() {
    let (db, _file) = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, body TEXT,
             CONSTRAINT short CHECK (length(body) < 5))",
    );
    let scope = scope_of(&db, 1_i64);
    let error = Repo::<Note>::new(&scope)
        .insert((notes::body.eq(SECRET),))
        .execute(&mut db.session(&scope).unwrap())
        .unwrap_err();
    assert!(matches!(&error, Error::CheckViolation { constraint: Some(c) } if c == "short"));
    assert!(!all_text(&error).contains(SECRET));
}

#[test]
fn what_a_trigger_says_is_not_repeated() {
    let (db, file) = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, body TEXT);
         INSERT INTO notes VALUES (1, 2, 'the name of a secret');",
    );
    let tell = dialect::raise(SECRET);
    file.raw()
        .batch_execute(&dialect::trigger("BEFORE INSERT", "notes", "true", &tell))
        .unwrap();
    let scope = scope_of(&db, 1_i64);
    let error = Repo::<Note>::new(&scope)
        .insert((notes::body.eq("x"),))
        .execute(&mut db.session(&scope).unwrap())
        .unwrap_err();
    assert!(
        matches!(error, Error::Database { message: None }),
        "{error:?}"
    );
    assert!(!all_text(&error).contains(SECRET));
}

#[test]
fn a_missing_table_is_named() {
    let (db, _file) = database("");
    let scope = scope_of(&db, 1_i64);
    let error = Repo::<Note>::new(&scope)
        .query()
        .count()
        .get_result::<i64>(&mut db.session(&scope).unwrap())
        .unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the database failed: "), "{text}");
    assert!(text.ends_with(dialect::NO_NOTES), "{text}");
}

/// Other databases take no value that does not fit its column.
#[cfg(feature = "sqlite")]
#[test]
fn a_row_that_does_not_fit_is_an_error() {
    let (db, _file) = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, body);
         INSERT INTO notes VALUES (1, 1, x'ff'), (2, 2, x'fe');",
    );
    let scope = scope_of(&db, 1_i64);
    let result: tenancy::Result<Vec<Note>> = Repo::<Note>::new(&scope)
        .query()
        .load(&mut db.session(&scope).unwrap());
    assert!(
        matches!(result, Err(Error::Deserialization(_))),
        "{result:?}"
    );
}
