//! Public ids for the rows that are there.

use std::collections::HashSet;
use std::ops::ControlFlow;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::transition::State;
use tenancy::{Error, FixedClock, SequentialIds, TenantScope};
use uuid::Uuid;

use crate::fixture::*;

#[test]
fn each_row_gets_an_id_of_its_own() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let before = contents(&mut conn);
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(2);
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    assert_eq!(contents(&mut conn), before);

    let ids = ids(&mut conn);
    assert_eq!(ids.len(), 7 + 14 + 7);
    let distinct: HashSet<Uuid> = ids.iter().map(|(_, id)| *id).collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(distinct.iter().all(|id| id.get_version_num() == 7));
    // In the order of the keys, table by table.
    assert!(ids[..7].is_sorted_by_key(|(_, id)| *id), "{ids:?}");
    assert!(path.preview(&mut conn).unwrap().is_done());
    let mut told = 0;
    let again = path.run(&mut conn, |_| {
        told += 1;
        ControlFlow::Continue(())
    });
    assert!(again.unwrap().is_continue());
    assert_eq!(told, 0);
}

#[test]
fn the_ids_are_of_the_source_and_the_clock_that_are_given() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog
        .add_public_ids()
        .clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
        .ids(SequentialIds::new());
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    let (key, id) = ids(&mut conn).swap_remove(0);
    assert_eq!((key.as_str(), &id.as_bytes()[..6]), ("item 1", &[0; 6][..]));
    assert_eq!(id.as_bytes()[15], 1);
}

#[test]
fn a_preview_changes_nothing() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let before = (schema(&mut conn), contents(&mut conn));
    let catalog = tables();
    let path = catalog.add_public_ids();
    let preview = path.preview(&mut conn).unwrap();
    assert_eq!((schema(&mut conn), contents(&mut conn)), before);

    let states: Vec<(&str, State)> = preview
        .tables()
        .iter()
        .map(|table| (table.table.as_str(), table.state))
        .collect();
    let none = |rows| State::NoColumn { rows };
    assert_eq!(
        states,
        [
            ("items", none(7)),
            ("notes", none(7)),
            ("seats", none(14)),
            ("order", none(7))
        ]
    );
    assert!(!preview.is_done());
    let shown = preview.to_string();
    assert!(shown.contains("items: no column; rows: 7"), "{shown}");
    assert!(shown.contains("unique index (public_id)"), "{shown}");
    assert!(
        shown.contains("SET ") && shown.contains(":new_id"),
        "{shown}"
    );

    // What it says is what is done.
    let mut done = Vec::new();
    let finished = path.run(&mut conn, |progress| {
        done.push((progress.table.clone(), progress.what.clone()));
        ControlFlow::Continue(())
    });
    assert!(finished.unwrap().is_continue());
    let planned: Vec<(String, String)> = preview
        .tables()
        .iter()
        .flat_map(|table| {
            table
                .steps
                .iter()
                .map(|step| (table.table.clone(), step.what.clone()))
        })
        .collect();
    assert_eq!(done, planned);
}

#[test]
fn progress_is_told() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(3);
    let mut told = Vec::new();
    let finished = path.run(&mut conn, |progress| {
        if progress.rows > 0 {
            told.push((
                progress.table.clone(),
                progress.rows,
                progress.done,
                progress.of,
            ));
        }
        ControlFlow::Continue(())
    });
    assert!(finished.unwrap().is_continue());
    let of_items: Vec<_> = told.iter().filter(|told| told.0 == "items").collect();
    let of = |rows, done| ("items".to_owned(), rows, done, 7);
    assert_eq!(of_items, [&of(3, 3), &of(3, 6), &of(1, 7)]);
}

#[test]
fn a_row_that_has_an_id_keeps_it() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.add_public_ids();
    // Until some rows have one.
    assert!(
        path.batches_of(2)
            .run(&mut conn, |progress| if progress.done == 4 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
            .unwrap()
            .is_break()
    );
    let path = catalog.add_public_ids();
    let preview = path.preview(&mut conn).unwrap();
    assert_eq!(
        preview.tables()[0].state,
        State::Filling { filled: 4, rows: 7 }
    );
    let given = |conn: &mut Conn| -> Vec<(i64, Uuid)> {
        items::table
            .filter(items::id.le(4))
            .select((items::id, items::public_id))
            .order(items::id)
            .load(conn)
            .unwrap()
    };
    let before = given(&mut conn);
    assert_eq!(before.len(), 4);
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    assert_eq!(given(&mut conn), before);
}

/// A service that knows nothing of the column goes on, while it is filled and afterwards.
#[test]
fn rows_that_come_meanwhile_get_an_id() {
    let stage = without_ids();
    let (mut conn, mut service) = (stage.raw(), stage.raw());
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(2);
    let mut next = 100;
    let mut insert = move || {
        let sql = format!(
            "INSERT INTO items (id, tenant_id, name) VALUES ({next}, 1, 'new'), ({}, 2, 'new');
             INSERT INTO seats (tenant_id, hall, nr) VALUES (1, 'new', {next}), (2, 'new', {next});
             INSERT INTO \"order\" (id, \"select\", \"by\") VALUES ({next}, 1, 'new')",
            next + 1
        );
        next += 2;
        run(&mut service, &sql);
    };
    let mut steps = 0;
    let finished = path.run(&mut conn, |_| {
        steps += 1;
        insert();
        ControlFlow::Continue(())
    });
    assert!(finished.unwrap().is_continue());
    insert();
    assert!(path.preview(&mut conn).unwrap().is_done());

    let ids = ids(&mut conn);
    assert_eq!(ids.len(), 28 + 5 * (steps + 1));
    let distinct: HashSet<Uuid> = ids.iter().map(|(_, id)| *id).collect();
    assert_eq!(distinct.len(), ids.len());
    let (_, last) = ids
        .iter()
        .find(|(key, _)| *key == format!("item {}", 100 + 2 * steps))
        .unwrap();
    assert_eq!(
        (last.get_version_num(), last.get_variant()),
        (4, uuid::Variant::RFC4122)
    );
}

/// Two that guess the version and the variant by chance are rare: one in 64 each.
#[test]
fn an_id_that_the_database_makes_is_of_version_4() {
    let stage = without_ids();
    let mut conn = stage.raw();
    assert!(
        tables()
            .add_public_ids()
            .run(&mut conn, go_on)
            .unwrap()
            .is_continue()
    );
    for id in 100..200 {
        run(
            &mut conn,
            &format!("INSERT INTO items (id, tenant_id, name) VALUES ({id}, 1, 'x')"),
        );
    }
    for (_, id) in ids(&mut conn).into_iter().skip(7).take(100) {
        assert_eq!(
            (id.get_version_num(), id.get_variant()),
            (4, uuid::Variant::RFC4122),
            "{id}"
        );
    }
}

#[test]
fn the_column_takes_no_null_and_no_id_twice() {
    let stage = without_ids();
    let mut conn = stage.raw();
    assert!(
        tables()
            .add_public_ids()
            .run(&mut conn, go_on)
            .unwrap()
            .is_continue()
    );
    for sql in [
        "UPDATE items SET public_id = NULL WHERE id = 1",
        "UPDATE items SET public_id = (SELECT o.p FROM (SELECT public_id AS p FROM items WHERE id = 2) o) WHERE id = 1",
    ] {
        assert!(diesel::sql_query(sql).execute(&mut conn).is_err(), "{sql}");
    }
}

#[test]
fn the_library_finds_the_rows_and_the_inspection_is_content() {
    let stage = without_ids();
    let mut conn = stage.raw();
    assert!(
        tables()
            .add_public_ids()
            .run(&mut conn, go_on)
            .unwrap()
            .is_continue()
    );
    stage.guard(&tables());
    let inspection = tables().inspect(&mut conn).unwrap();
    let of_ids = |problem: &str| problem.contains("public_id") || problem.contains("from");
    let mut findings = inspection.findings().iter();
    assert!(
        !findings.any(|found| of_ids(&found.problem)),
        "{inspection}"
    );

    let (anna, ben) = (id_of(&mut conn, 1), id_of(&mut conn, 2));
    let db = Stage::builder().open(&stage.url).unwrap();
    let scope = TenantScope::new(&db.authenticate(&Numbers, 1).unwrap()).unwrap();
    let mut session = db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let own: Item = items.find_public(anna).first(&mut session).unwrap();
    assert_eq!((own.public_id, own.name.as_str()), (anna, "it's 1"));
    let foreign = items.find_public(ben).first::<Item>(&mut session);
    assert!(matches!(foreign, Err(Error::NotFound)));
}

fn id_of(conn: &mut Conn, id: i64) -> PublicId<Item> {
    let found: Uuid = items::table
        .find(id)
        .select(items::public_id)
        .first(conn)
        .unwrap();
    PublicId::from_uuid(found)
}

#[test]
fn a_path_is_taken_back() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let before = (schema(&mut conn), contents(&mut conn));
    let catalog = tables();
    let path = catalog.add_public_ids();
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    let preview = path.preview_of_roll_back(&mut conn).unwrap();
    assert!(!preview.is_done());
    assert_ne!(schema(&mut conn), before.0);
    assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
    assert_eq!((schema(&mut conn), contents(&mut conn)), before);
    assert!(path.preview_of_roll_back(&mut conn).unwrap().is_done());
    assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
}

/// Nothing is changed by a path that cannot be gone to its end.
#[test]
fn what_cannot_be_done_is_refused_before() {
    for (spoil, table, reason) in [
        (
            "ALTER TABLE \"order\" ADD COLUMN \"from\" INTEGER",
            "order",
            "has a column from of the type int",
        ),
        (
            "DROP TABLE \"order\"",
            "order",
            "is in the catalog, and not in the database",
        ),
        (
            "DROP TABLE \"order\"; CREATE VIEW \"order\" AS SELECT 1 AS id",
            "order",
            "is ",
        ),
        (
            "DROP TABLE \"order\"; CREATE TABLE \"order\" (key1 BIGINT)",
            "order",
            "has no column id, which is its primary key",
        ),
    ] {
        let stage = without_ids();
        let mut conn = stage.raw();
        run(&mut conn, spoil);
        let before = schema(&mut conn);
        let catalog = tables();
        let path = catalog.add_public_ids();
        let failed = path.run(&mut conn, go_on).unwrap_err();
        assert_eq!(schema(&mut conn), before, "{spoil}");
        let Error::Catalog {
            table: of,
            reason: why,
        } = &failed
        else {
            panic!("{failed:?}");
        };
        assert_eq!(of, table);
        assert!(why.to_lowercase().starts_with(reason), "{why}");
        assert!(path.preview(&mut conn).is_err());
    }
}

#[test]
fn a_connection_in_a_transaction_is_refused() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let refused = conn.transaction(|conn| catalog.add_public_ids().run(conn, go_on));
    let Err(Error::Transaction { reason }) = refused else {
        panic!("{refused:?}");
    };
    assert!(reason.contains("each batch is one of its own"), "{reason}");
}

/// Two rows with one id: the index is refused, and made when that is mended.
#[test]
fn an_id_that_two_rows_have_stops_the_path() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.add_public_ids();
    assert!(
        path.run(&mut conn, |progress| if progress.done == 7 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
        .unwrap()
        .is_break()
    );
    let twice = "UPDATE items SET public_id = (SELECT o.p FROM (SELECT public_id AS p FROM items WHERE id = 2) o) WHERE id = 1";
    run(&mut conn, twice);
    let failed = path.run(&mut conn, go_on).unwrap_err();
    let Error::Unfinished { step, source, .. } = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(step, "items: unique index (public_id)");
    assert!(
        matches!(*source, Error::UniqueViolation { .. }),
        "{source:?}"
    );
    // By hand: the first of the two gets another one.
    diesel::update(items::table.find(1_i64))
        .set(items::public_id.eq(tenancy::sql_types::id128(Uuid::now_v7())))
        .execute(&mut conn)
        .unwrap();
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    assert!(path.preview(&mut conn).unwrap().is_done());
}

/// What changes a row behind the update is not waited for without an end.
#[cfg(feature = "sqlite")]
#[test]
fn rows_that_stay_empty_end_the_path() {
    let stage = without_ids();
    let mut conn = stage.raw();
    run(
        &mut conn,
        "ALTER TABLE items ADD COLUMN public_id BLOB;
         CREATE TRIGGER emptied AFTER UPDATE OF public_id ON items WHEN NEW.public_id IS NOT NULL
         BEGIN UPDATE items SET public_id = NULL WHERE id = NEW.id; END",
    );
    let failed = tables().add_public_ids().run(&mut conn, go_on).unwrap_err();
    assert!(matches!(failed, Error::Unfinished { .. }), "{failed:?}");
}

#[cfg(feature = "sqlite")]
#[test]
fn what_another_index_holds_is_not_taken_back_half_way() {
    use diesel::connection::SimpleConnection;

    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.add_public_ids();
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    conn.batch_execute("CREATE INDEX mine ON items (tenant_id, public_id)")
        .unwrap();
    let before = schema(&mut conn);
    for failed in [
        path.preview_of_roll_back(&mut conn).map(drop),
        path.roll_back(&mut conn, go_on).map(drop),
    ] {
        assert!(matches!(&failed, Err(Error::Catalog { table, .. }) if table == "items"));
    }
    assert_eq!(schema(&mut conn), before);
    conn.batch_execute("DROP INDEX mine").unwrap();
    assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
}
