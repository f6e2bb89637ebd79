//! Keys that are texts or UUIDs, with whatever a text may hold.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Catalog, catalog};
use uuid::Uuid;

use crate::fixture::{Stage, go_on, lines, number, schema, stop_after};

diesel::table! { owners (id) { id -> Text } }
diesel::table! { pages (id) { id -> BigInt, owner -> Text } }
diesel::table! { firms (id) { id -> tenancy::sql_types::Id128 } }
diesel::table! { bills (id) { id -> BigInt, firm -> tenancy::sql_types::Id128 } }

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = owners)]
#[scoped(tenant = id, key = String)]
pub struct Holder {
    #[expect(dead_code)]
    id: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = pages)]
#[scoped(tenant = owner, key = String)]
pub struct Page {
    #[expect(dead_code)]
    id: RowId<Page>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = firms)]
#[scoped(tenant = id, key = Uuid)]
pub struct Firm {
    #[expect(dead_code)]
    id: Uuid,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = bills)]
#[scoped(tenant = firm, key = Uuid)]
pub struct Bill {
    #[expect(dead_code)]
    id: RowId<Bill>,
}

const TABLES: &str = "
    CREATE TABLE owners (id TEXT PRIMARY KEY NOT NULL);
    CREATE TABLE pages (id INTEGER PRIMARY KEY NOT NULL);
    CREATE TABLE firms (id BLOB PRIMARY KEY NOT NULL);
    CREATE TABLE bills (id INTEGER PRIMARY KEY NOT NULL);
    INSERT INTO pages (id) VALUES (1), (2), (3);
    INSERT INTO bills (id) VALUES (1), (2), (3);
";

fn both() -> Catalog {
    catalog![Holder, Page, Firm, Bill]
}

#[test]
fn a_key_of_any_text_is_an_owner() {
    for name in [
        "anna",
        "o'neill",
        r"back\slash",
        r"\'",
        "a(b",
        "ü\u{1f3d5}\"`",
    ] {
        let stage = Stage::new(&[TABLES]);
        let mut conn = stage.raw();
        diesel::insert_into(owners::table)
            .values(owners::id.eq(name))
            .execute(&mut conn)
            .unwrap();
        let catalog = both();
        let path = catalog.give_to(name.to_owned()).batches_of(2);
        while path.run(&mut conn, stop_after(1)).unwrap().is_break() {}
        let found: Vec<String> = pages::table.select(pages::owner).load(&mut conn).unwrap();
        assert_eq!(found, [name; 3]);
        let without = diesel::sql_query("INSERT INTO pages (id) VALUES (9)").execute(&mut conn);
        assert!(without.is_err(), "{name} is still the default");
        assert!(path.preview(&mut conn).unwrap().is_done());
        let of_bills = lines(&mut conn, "SELECT 'bill' AS line FROM bills");
        assert_eq!(of_bills.len(), 3);
    }
}

#[test]
fn a_uuid_is_an_owner() {
    let stage = Stage::new(&[TABLES]);
    let mut conn = stage.raw();
    let firm = Uuid::now_v7();
    diesel::insert_into(firms::table)
        .values(firms::id.eq(tenancy::sql_types::id128(firm)))
        .execute(&mut conn)
        .unwrap();
    let catalog = both();
    let path = catalog.give_to(firm).batches_of(2);
    while path.run(&mut conn, stop_after(1)).unwrap().is_break() {}
    let found: Vec<Uuid> = bills::table.select(bills::firm).load(&mut conn).unwrap();
    assert_eq!(found, [firm; 3]);
    assert!(path.preview(&mut conn).unwrap().is_done());
}

/// What is not a tenant's key to the byte is none.
#[test]
fn texts_are_compared_to_the_byte() {
    let stage = Stage::new(&[&TABLES
        .replace("owners (id TEXT", "owners (id TEXT COLLATE NOCASE")
        .replace(
            "pages (id INTEGER PRIMARY KEY NOT NULL)",
            "pages (id INTEGER PRIMARY KEY NOT NULL, owner TEXT COLLATE NOCASE)",
        )
        .replace("COLLATE NOCASE", collation())]);
    let mut conn = stage.raw();
    stage.fill(
        "INSERT INTO owners VALUES ('Anna'); UPDATE pages SET owner = 'anna' WHERE id = 1;
        UPDATE pages SET owner = 'DEV' WHERE id = 2; UPDATE pages SET owner = 'dev' WHERE id = 3;",
    );
    let before = schema(&mut conn);
    let catalog = both();
    assert!(
        catalog
            .give_to("anna".to_owned())
            .run(&mut conn, go_on)
            .is_err()
    );
    let done = catalog
        .reassign([("dev", "Anna".to_owned())])
        .run(&mut conn, go_on)
        .unwrap();
    let table = &done.tables()[0];
    assert_eq!(table.reassigned, 1);
    let left: Vec<_> = table
        .left
        .iter()
        .filter_map(|left| left.owner.clone())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(
        number(
            &mut conn,
            "(SELECT count(*) FROM pages WHERE id = 3 AND owner = 'Anna')"
        ),
        1
    );
    assert_eq!(schema(&mut conn), before);
}

#[cfg(feature = "sqlite")]
fn collation() -> &'static str {
    "COLLATE NOCASE"
}

/// The stage knows SQLite's own.
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
fn collation() -> &'static str {
    "COLLATE NOCASE"
}

#[cfg(all(feature = "mysql", not(any(feature = "sqlite", feature = "postgres"))))]
fn collation() -> &'static str {
    "COLLATE utf8mb4_general_ci"
}
