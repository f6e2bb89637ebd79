//! A first owner for the rows of before.

use std::ops::ControlFlow;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::transition::State;
use tenancy::{Check, Error, TenantScope};

use crate::fixture::*;

/// As the fixture's, of a service that had one user.
const OF_ONE_USER: &str = "
    CREATE TABLE items (id INTEGER PRIMARY KEY NOT NULL, public_id BLOB NOT NULL, name TEXT NOT NULL);
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY NOT NULL, item_id BIGINT NOT NULL REFERENCES items (id),
        public_id BLOB NOT NULL, body TEXT NOT NULL
    );
    CREATE TABLE seats (
        tenant_id BIGINT NOT NULL, hall TEXT NOT NULL, nr INTEGER NOT NULL, public_id BLOB NOT NULL,
        PRIMARY KEY (tenant_id, hall, nr)
    );
    CREATE TABLE \"order\" (
        id INTEGER PRIMARY KEY NOT NULL, \"select\" BIGINT, \"from\" BLOB NOT NULL, \"by\" TEXT NOT NULL
    );
    CREATE TABLE units (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL);
";

/// Order 4 is Ben's already.
fn of_one_user() -> Stage {
    let stage = Stage::new(&[CUSTOMERS, OF_ONE_USER]);
    let mut sql = "INSERT INTO units (id, name) VALUES (1, 'kg');".to_owned();
    for id in 1..=7 {
        let uuid = format!("X'0000000100007000800000000000000{id}'");
        let owner = if id == 4 { "2" } else { "NULL" };
        sql += &format!(
            "INSERT INTO items (id, public_id, name) VALUES ({id}, {uuid}, 'item {id}');
             INSERT INTO \"order\" (id, \"select\", \"from\", \"by\") VALUES ({id}, {owner}, {uuid}, 'x');"
        );
    }
    stage.fill(&sql);
    stage
}

fn owners(conn: &mut Conn) -> Vec<String> {
    let mut all = Vec::new();
    for (table, owner) in [
        ("items", "tenant_id"),
        ("\"order\"", "\"select\""),
        ("units", "tenant_id"),
    ] {
        let sql = format!(
            "SELECT concat(id, ' ', coalesce({owner}, 0)) AS line FROM {table} ORDER BY id"
        );
        all.extend(lines(conn, &sql));
    }
    all
}

fn as_given() -> Vec<String> {
    let own = (1..=7).map(|id| format!("{id} 1"));
    let orders = (1..=7).map(|id| format!("{id} {}", if id == 4 { 2 } else { 1 }));
    own.chain(orders).chain(["1 1".to_owned()]).collect()
}

#[test]
fn the_rows_are_the_first_owners() {
    let stage = of_one_user();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.give_to(1_i64).batches_of(2);
    let preview = path.preview(&mut conn).unwrap();
    let states: Vec<(&str, State)> = preview
        .tables()
        .iter()
        .map(|table| (table.table.as_str(), table.state))
        .collect();
    assert_eq!(
        states,
        [
            ("items", State::NoColumn { rows: 7 }),
            ("seats", State::Done { rows: 0 }),
            ("order", State::Filling { filled: 1, rows: 7 }),
            ("units", State::NoColumn { rows: 1 }),
        ]
    );
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    assert_eq!(owners(&mut conn), as_given());
    assert!(path.preview(&mut conn).unwrap().is_done());
    // No row comes without an owner, and none gets the first one by itself.
    for sql in [
        "INSERT INTO items (id, public_id, name) SELECT 100, public_id, name FROM items WHERE id = 1",
        "INSERT INTO \"order\" (id, \"from\", \"by\") SELECT 100, \"from\", \"by\" FROM \"order\" WHERE id = 1",
    ] {
        assert!(diesel::sql_query(sql).execute(&mut conn).is_err(), "{sql}");
    }
    // Where rows of everybody may be, they stay what they are.
    run(&mut conn, "INSERT INTO units (id, name) VALUES (2, 'lb')");
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    assert_eq!(owners(&mut conn).pop().unwrap(), "2 0");
}

#[test]
fn a_preview_of_owners_changes_nothing() {
    let stage = of_one_user();
    let mut conn = stage.raw();
    let before = schema(&mut conn);
    let preview = tables().give_to(1_i64).preview(&mut conn).unwrap();
    assert!(preview.to_string().contains("tenant_id"), "{preview}");
    assert_eq!(schema(&mut conn), before);
    assert_eq!(
        number(
            &mut conn,
            "(SELECT count(*) FROM \"order\" WHERE \"select\" IS NULL)"
        ),
        6
    );
}

#[test]
fn owners_are_given_behind_each_stop() {
    let catalog = tables();
    let path = catalog.give_to(1_i64).batches_of(2);
    let whole = of_one_user();
    assert!(path.run(&mut whole.raw(), go_on).unwrap().is_continue());
    let end = schema(&mut whole.raw());
    for stop in 1.. {
        let stage = of_one_user();
        let mut conn = stage.raw();
        let flow = path.run(&mut conn, stop_after(stop)).unwrap();
        if flow.is_continue() {
            assert!(stop > 8, "{stop}");
            break;
        }
        assert!(path.run(&mut conn, go_on).unwrap().is_continue());
        assert_eq!(
            (schema(&mut conn), owners(&mut conn)),
            (end.clone(), as_given()),
            "{stop}"
        );
    }
}

/// The service of before knows no owner, and goes on until the column is required.
#[test]
fn rows_without_an_owner_that_come_meanwhile_are_the_first_owners() {
    let stage = of_one_user();
    let (mut conn, mut service) = (stage.raw(), stage.raw());
    let catalog = tables();
    let path = catalog.give_to(1_i64).batches_of(2);
    let (mut came, mut next) = (0, 100);
    let finished = path.run(&mut conn, |_| {
        next += 1;
        let sql = format!(
            "INSERT INTO \"order\" (id, \"from\", \"by\") SELECT {next}, \"from\", \"by\" FROM \"order\" WHERE id = 1"
        );
        came += diesel::sql_query(sql).execute(&mut service).unwrap_or(0);
        ControlFlow::Continue(())
    });
    assert!(finished.unwrap().is_continue());
    assert!(came > 3, "{came}");
    let of_anna = number(
        &mut conn,
        "(SELECT count(*) FROM \"order\" WHERE \"select\" = 1)",
    );
    assert_eq!(of_anna, 6 + i64::try_from(came).unwrap());
    assert!(path.preview(&mut conn).unwrap().is_done());
}

#[test]
fn an_owner_that_is_no_tenant_is_refused() {
    let stage = of_one_user();
    let mut conn = stage.raw();
    let before = schema(&mut conn);
    let catalog = tables();
    let failed = catalog.give_to(3_i64).run(&mut conn, go_on).unwrap_err();
    assert!(
        matches!(&failed, Error::Catalog { table, .. } if table == "customers"),
        "{failed}"
    );
    assert!(catalog.give_to(3_i64).preview(&mut conn).is_err());
    for failed in [
        catalog.give_to(0_i64).run(&mut conn, go_on).unwrap_err(),
        // No table has keys of this type.
        catalog.give_to(1_i32).run(&mut conn, go_on).unwrap_err(),
        catalog
            .give_to("1".to_owned())
            .preview(&mut conn)
            .unwrap_err(),
    ] {
        assert!(matches!(failed, Error::InvalidKey { .. }), "{failed:?}");
    }
    assert_eq!(schema(&mut conn), before);
}

#[test]
fn the_library_goes_on_where_the_path_ends() {
    let stage = of_one_user();
    let mut conn = stage.raw();
    let catalog = tables();
    assert!(
        catalog
            .give_to(1_i64)
            .run(&mut conn, go_on)
            .unwrap()
            .is_continue()
    );
    stage.guard(&catalog);
    let inspection = catalog.inspect(&mut conn).unwrap();
    let mut findings = inspection.findings().iter();
    let of_owners = [
        Check::NullableOwner,
        Check::MissingColumn,
        Check::KeyType,
        Check::MissingIndex,
    ];
    assert!(
        !findings.any(
            |found| of_owners.contains(&found.check) && found.table.as_deref() != Some("notes")
        ),
        "{inspection}"
    );

    let db = Stage::builder().open(&stage.url).unwrap();
    for (tenant, count) in [(1, 7), (2, 0)] {
        let scope = TenantScope::new(&db.authenticate(&Numbers, tenant).unwrap()).unwrap();
        let mut session = db.session(&scope).unwrap();
        let items: Vec<Item> = Repo::<Item>::new(&scope)
            .query()
            .load(&mut session)
            .unwrap();
        assert_eq!(items.len(), count);
    }
}

/// SQLite has a trigger for a default, and another owner's is not this one's.
#[cfg(feature = "sqlite")]
#[test]
fn a_run_for_another_owner_that_was_stopped_is_not_gone_on_with() {
    use diesel::connection::SimpleConnection;

    let stage = of_one_user();
    let mut conn = stage.raw();
    let catalog = tables();
    let (annas, bens) = (catalog.give_to(1_i64), catalog.give_to(2_i64));
    assert!(annas.run(&mut conn, stop_after(2)).unwrap().is_break());
    let before = schema(&mut conn);
    for failed in [
        bens.preview(&mut conn).map(drop),
        bens.run(&mut conn, go_on).map(drop),
    ] {
        assert!(
            matches!(&failed, Err(Error::Catalog { table, .. }) if table == "items"),
            "{failed:?}"
        );
    }
    assert_eq!(schema(&mut conn), before);
    assert!(annas.run(&mut conn, go_on).unwrap().is_continue());
    assert_eq!(owners(&mut conn), as_given());

    // Nor is one of the application's.
    let stage = of_one_user();
    let mut conn = stage.raw();
    conn.batch_execute(
        "CREATE TRIGGER items_tenant_id_tenancy_made AFTER INSERT ON items BEGIN SELECT 1; END",
    )
    .unwrap();
    assert!(annas.preview(&mut conn).is_err());
    assert!(annas.run(&mut conn, go_on).is_err());
}
