//! Where the database means any unique key, and names what is returned late.

use super::*;

fn upsert(items: &Repo<Item>, session: &mut Conn, weight: i32) -> tenancy::Result<Item> {
    items
        .insert(lamp(weight))
        .on_conflict((items::tenant_id, items::name))
        .do_update()
        .set(items::weight.eq(proposed(items::weight)))
        .filter(items::weight.ne(proposed(items::weight)))
        .get_result(session)
}

/// The first run of a statement that returns is taken back.
#[test]
fn a_rehearsal_leaves_nothing() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            for weight in [1, 2, 3] {
                let updated = upsert(items, session, weight).unwrap();
                assert_eq!(updated.weight, Some(weight));
            }
            let rope: Item = items
                .insert(&weighed("Rope", 1))
                .get_result(session)
                .unwrap();
            let names: Vec<String> = items
                .query()
                .filter(items::name.eq("Rope"))
                .select(items::name)
                .load(session)
                .unwrap();
            assert_eq!((rope.name.as_str(), names.len()), ("Rope", 1));
        });
    });
}

/// MariaDB's client would wait for ever.
#[test]
fn what_has_failed_runs_again() {
    with_anna(|_, items, session| {
        upsert(items, session, 1).unwrap();
        for _ in 0..3 {
            let same = upsert(items, session, 1);
            assert!(matches!(same, Err(Error::Conflict)), "{same:?}");
            let within: tenancy::Result<Item> =
                session.transaction(|session| upsert(items, session, 1));
            assert!(matches!(within, Err(Error::Conflict)), "{within:?}");
        }
        assert_eq!(upsert(items, session, 2).unwrap().weight, Some(2));
    });
}

/// A key of fewer or more columns than the target, or of a part of one, is another key.
#[test]
fn the_key_is_exactly_the_target() {
    let keys = [
        "UNIQUE (tenant_id)",
        "UNIQUE (tenant_id, weight, name)",
        "UNIQUE (tenant_id, name(3))",
        "INDEX (tenant_id, weight)",
    ];
    for key in keys {
        with_anna(|gear, items, session| {
            let sql = format!(
                "ALTER TABLE items DROP FOREIGN KEY items_ibfk_1;
                 DELETE FROM items; ALTER TABLE items DROP INDEX tenant_id_2, ADD {key}"
            );
            diesel::connection::SimpleConnection::batch_execute(&mut gear.raw(), &sql).unwrap();
            for _ in 0..2 {
                let refused = upsert(items, session, 1).unwrap_err();
                assert!(
                    refused.to_string().contains(dialect::NO_SUCH_KEY),
                    "{key}: {refused}"
                );
            }
        });
    }
}

/// Looked for once on each connection, and whole.
#[test]
fn a_key_is_looked_for_once() {
    with_anna(|gear, items, session| {
        upsert(items, session, 1).unwrap();
        let sql = "ALTER TABLE items DROP INDEX tenant_id_2";
        diesel::connection::SimpleConnection::batch_execute(&mut gear.raw(), sql).unwrap();
        items
            .insert(weighed("Oar", 1))
            .on_conflict((items::tenant_id, items::name))
            .do_nothing()
            .execute(session)
            .unwrap();
        let mut other = gear.db.session(&gear.anna()).unwrap();
        let refused = upsert(items, &mut other, 1).unwrap_err();
        assert!(
            refused.to_string().contains(dialect::NO_SUCH_KEY),
            "{refused}"
        );
    });
}
