//! The clean-up of tenant columns in which something else stands than tenants.

use std::ops::ControlFlow;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::transition::{OwnerKey, Reassignment};
use tenancy::{Catalog, Error, catalog};

use crate::fixture::{Conn, Stage, go_on, lines, schema, stop_after};

diesel::table! { users (id) { id -> Text } }
diesel::table! { containers (id) { id -> BigInt, customer_id -> Text, name -> Text } }
diesel::table! { volumes (nr) { nr -> BigInt, customer_id -> Text, name -> Text } }

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = users)]
#[scoped(tenant = id, key = String)]
pub struct User {
    #[expect(dead_code)]
    id: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = containers)]
#[scoped(tenant = customer_id, key = String)]
pub struct Container {
    #[expect(dead_code)]
    id: RowId<Container>,
}

/// Its model says that each row has an owner, and its column does not.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = volumes, primary_key(nr))]
#[scoped(tenant = customer_id, key = String)]
pub struct Volume {
    #[expect(dead_code)]
    nr: RowId<Volume>,
}

const ANNA: &str = "cmk07b7n4000q";
const BEN: &str = "cmk07b7n4000r";

/// 5 containers of `u-dev-001`, 3 of `u000`, 2 of Anna's; volumes of the same, and one of nobody.
fn polluted() -> Stage {
    let stage = Stage::new(&["
        CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL);
        CREATE TABLE containers (
            id INTEGER PRIMARY KEY NOT NULL, customer_id TEXT NOT NULL, name TEXT NOT NULL,
            UNIQUE (customer_id, name)
        );
        CREATE TABLE volumes (nr BIGINT PRIMARY KEY NOT NULL, customer_id TEXT, name TEXT NOT NULL);
        INSERT INTO volumes VALUES
            (1, 'u-dev-001', 'a'), (2, 'u-dev-002', 'b'), (3, NULL, 'c'), (4, 'cmk07b7n4000r', 'd');
    "]);
    let mut sql = format!("INSERT INTO users VALUES ('{ANNA}'), ('{BEN}');");
    for id in 1..=10 {
        let owner = match id {
            1..=5 => "u-dev-001",
            6..=8 => "u000",
            _ => ANNA,
        };
        sql += &format!(
            "INSERT INTO containers (id, customer_id, name) VALUES ({id}, '{owner}', 'c{id}');"
        );
    }
    stage.fill(&sql);
    stage
}

fn all() -> Catalog {
    catalog![User, Container, Volume]
}

fn mapping() -> [(&'static str, String); 2] {
    [
        ("u-dev-001", ANNA.to_owned()),
        ("u-dev-002", BEN.to_owned()),
    ]
}

fn owners(conn: &mut Conn) -> Vec<String> {
    let sql = "SELECT concat(id, ' ', customer_id) AS line FROM containers ORDER BY id";
    let mut all = lines(conn, sql);
    all.extend(lines(
        conn,
        "SELECT concat(nr, ' ', coalesce(customer_id, '-')) AS line FROM volumes ORDER BY nr",
    ));
    all
}

/// For each table what was reassigned, and what is left.
fn told(done: &Reassignment) -> Vec<(u64, Vec<(Option<&str>, u64)>)> {
    let tables = done.tables().iter();
    let tables = tables.map(|table| {
        let left = table.left.iter();
        let left = left.map(|left| (left.owner.as_deref(), left.rows));
        (table.reassigned, left.collect())
    });
    tables.collect()
}

#[test]
fn what_the_mapping_names_is_given_and_the_rest_is_told() {
    let stage = polluted();
    let mut conn = stage.raw();
    let before = (schema(&mut conn), owners(&mut conn));
    let catalog = all();
    let path = catalog.reassign(mapping()).batches_of(2);
    let expected = [(5, vec![(Some("u000"), 3)]), (2, vec![(None, 1)])];

    let preview = path.preview(&mut conn).unwrap();
    assert_eq!(told(&preview), expected);
    assert_eq!((schema(&mut conn), owners(&mut conn)), before);

    let done = path.run(&mut conn, go_on).unwrap();
    assert!(done.is_finished());
    assert_eq!(told(&done), expected);
    assert_eq!(done.rows_left(), 4);
    let shown = format!("{done:?} {path:?} {:?}", OwnerKey::from("u000"));
    assert!(
        !shown.contains("u000") && !shown.contains("u-dev"),
        "{shown}"
    );
    let now = owners(&mut conn);
    for id in 1..=10 {
        let owner = if (6..=8).contains(&id) { "u000" } else { ANNA };
        assert!(now.contains(&format!("{id} {owner}")), "{now:?}");
    }
    assert_eq!(
        now[10..],
        [
            format!("1 {ANNA}"),
            format!("2 {BEN}"),
            "3 -".into(),
            format!("4 {BEN}")
        ]
    );
    assert_eq!(schema(&mut conn), before.0);

    let again = path.run(&mut conn, go_on).unwrap();
    assert_eq!(
        told(&again),
        [(0, vec![(Some("u000"), 3)]), (0, vec![(None, 1)])]
    );
    assert_eq!(owners(&mut conn), now);
}

#[test]
fn a_clean_up_goes_on_behind_each_stop() {
    let whole = polluted();
    let catalog = all();
    let path = catalog.reassign(mapping()).batches_of(1);
    assert!(path.run(&mut whole.raw(), go_on).unwrap().is_finished());
    let end = owners(&mut whole.raw());
    for stop in 1.. {
        let stage = polluted();
        let mut conn = stage.raw();
        let first = path.run(&mut conn, stop_after(stop)).unwrap();
        if first.is_finished() {
            assert_eq!(stop, 8);
            break;
        }
        let second = path.run(&mut conn, go_on).unwrap();
        let rows = |done: &Reassignment| done.tables().iter().map(|of| of.reassigned).sum::<u64>();
        assert_eq!(rows(&first), u64::from(stop));
        assert_eq!(rows(&first) + rows(&second), 7);
        assert_eq!(owners(&mut conn), end, "stopped behind {stop}");
    }
}

/// A batch is all or nothing, and what was done before stays.
#[test]
fn a_row_that_the_new_owner_has_already_stops_it() {
    let stage = polluted();
    let mut conn = stage.raw();
    stage.fill("UPDATE containers SET name = 'c4' WHERE id = 9");
    let catalog = all();
    let path = catalog.reassign(mapping()).batches_of(2);
    let failed = path.run(&mut conn, go_on).unwrap_err();
    let Error::Unfinished { source, .. } = &failed else {
        panic!("{failed:?}");
    };
    assert!(
        matches!(**source, Error::UniqueViolation { .. }),
        "{failed:?}"
    );
    assert!(!format!("{failed:?}").contains("u-dev"), "{failed:?}");
    let now = owners(&mut conn);
    assert_eq!(
        now[1..4],
        [
            format!("2 {ANNA}"),
            "3 u-dev-001".into(),
            "4 u-dev-001".into()
        ]
    );
    stage.fill("UPDATE containers SET name = 'c9' WHERE id = 9");
    assert!(path.run(&mut conn, go_on).unwrap().is_finished());
}

#[test]
fn a_mapping_that_cannot_be_is_refused_before() {
    let stage = polluted();
    let mut conn = stage.raw();
    let before = owners(&mut conn);
    let catalog = all();
    let to = |owner: &str| owner.to_owned();
    for (mapping, why) in [
        (
            vec![("u-dev-001", to(ANNA)), ("u000", to("nobody"))],
            "entry 2 leads to a key that no tenant has",
        ),
        (
            vec![("u-dev-001", to(ANNA)), (BEN, to(ANNA))],
            "entry 2 takes the rows of a tenant that is there",
        ),
        (
            vec![("u000", to(ANNA)), ("u000", to(BEN))],
            "entry 2 says of a value what another one says, too",
        ),
    ] {
        let path = catalog.reassign(mapping);
        let refused = path.run(&mut conn, go_on).unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
        assert!(!refused.to_string().contains("u000"), "{refused}");
        assert!(path.preview(&mut conn).is_err());
    }
    let empty = catalog
        .reassign([("u-dev-001", String::new())])
        .run(&mut conn, go_on);
    assert!(matches!(empty, Err(Error::InvalidKey { .. })), "{empty:?}");
    let of_another_type = catalog
        .reassign([("u-dev-001", 5_i64)])
        .run(&mut conn, go_on);
    assert!(
        matches!(of_another_type, Err(Error::InvalidKey { .. })),
        "{of_another_type:?}"
    );
    // Nobody knows who is a tenant.
    let without = catalog![Container];
    let unknown = without.reassign(self::mapping()).run(&mut conn, go_on);
    assert!(matches!(unknown, Err(Error::Catalog { .. })), "{unknown:?}");
    let in_one = conn.transaction(|conn| catalog.reassign(self::mapping()).run(conn, go_on));
    assert!(
        matches!(in_one, Err(Error::Transaction { .. })),
        "{in_one:?}"
    );
    assert_eq!(owners(&mut conn), before);
}

/// A number has no place in a column of texts, but on SQLite, where it may well stand in one.
#[cfg(not(feature = "sqlite"))]
#[test]
fn a_value_of_another_type_is_refused() {
    let stage = polluted();
    let mut conn = stage.raw();
    let refused = all()
        .reassign([(5_i64, ANNA.to_owned())])
        .run(&mut conn, go_on);
    assert!(
        matches!(refused, Err(Error::InvalidKey { .. })),
        "{refused:?}"
    );
}

/// What comes meanwhile under the old value is found by the next run.
#[test]
fn rows_that_come_meanwhile_are_left_for_the_next_run() {
    let stage = polluted();
    let (mut conn, mut service) = (stage.raw(), stage.raw());
    let catalog = all();
    let path = catalog.reassign(mapping()).batches_of(3);
    let mut next = 100;
    let done = path.run(&mut conn, |_| {
        next -= 1;
        let sql = format!("INSERT INTO containers (id, customer_id, name) VALUES (-{next}, 'u-dev-001', 'n{next}')");
        diesel::sql_query(sql).execute(&mut service).unwrap();
        ControlFlow::Continue(())
    });
    assert!(done.unwrap().is_finished());
    let second = path.run(&mut conn, go_on).unwrap();
    assert!(second.tables()[0].reassigned > 0);
    assert!(!owners(&mut conn).iter().any(|line| line.contains("u-dev")));
}
