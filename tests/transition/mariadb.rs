//! What is MariaDB's own: partitions, the mode, what a column says of itself, the catalog's trigger.

use std::collections::HashSet;

use tenancy::Error;

use crate::fixture::*;

/// A unique key of a table with partitions has the partitions' column in it.
#[test]
fn a_table_with_partitions_gets_a_plain_index() {
    let stage = without_ids();
    let mut conn = stage.raw();
    run(
        &mut conn,
        "DROP TABLE notes; DROP TABLE items;
         CREATE TABLE items (
            id BIGINT NOT NULL AUTO_INCREMENT, tenant_id BIGINT NOT NULL, name VARCHAR(40) NOT NULL,
            at DATETIME(6) NOT NULL DEFAULT '2026-01-01', PRIMARY KEY (id, at)
         ) PARTITION BY RANGE COLUMNS (at) (
            PARTITION before_2026 VALUES LESS THAN ('2026-01-01'),
            PARTITION later VALUES LESS THAN (MAXVALUE)
         );
         CREATE TABLE notes (id BIGINT PRIMARY KEY, item_id BIGINT NOT NULL, body VARCHAR(40));
         INSERT INTO items (tenant_id, name, at) VALUES (1, 'a', '2025-01-01'), (2, 'a', '2025-01-01'),
            (1, 'b', '2026-01-01'), (2, 'b', '2026-01-01'), (1, 'c', '2027-01-01'),
            (2, 'c', '2027-01-01'), (1, 'd', '2027-01-01')",
    );
    let before = schema(&mut conn);
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(2);
    let preview = path.preview(&mut conn).unwrap().to_string();
    assert!(preview.contains("  index (public_id)"), "{preview}");
    for stop in 1.. {
        let flow = path.run(&mut conn, stop_after(stop)).unwrap();
        assert!(path.run(&mut conn, go_on).unwrap().is_continue());
        assert!(path.preview(&mut conn).unwrap().is_done());
        let plain =
            "(SELECT count(*) FROM information_schema.statistics WHERE table_schema = database()
            AND table_name = 'items' AND column_name = 'public_id' AND non_unique = 1)";
        assert_eq!(number(&mut conn, plain), 1);
        let distinct: HashSet<_> = ids(&mut conn).into_iter().map(|(_, id)| id).collect();
        assert_eq!(distinct.len(), 28);
        let done = flow.is_continue();
        assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
        assert_eq!(schema(&mut conn), before, "{stop}");
        if done {
            break;
        }
    }
    assert!(
        catalog
            .give_to(1_i64)
            .run(&mut conn, go_on)
            .unwrap()
            .is_continue()
    );
}

/// It would make a value out of NULL.
#[test]
fn a_mode_that_is_not_strict_is_refused() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let before = schema(&mut conn);
    run(&mut conn, "SET sql_mode = 'ANSI_QUOTES'");
    let catalog = tables();
    let refused = catalog.add_public_ids().run(&mut conn, go_on).unwrap_err();
    assert!(
        matches!(refused, Error::Configuration { .. }),
        "{refused:?}"
    );
    assert_eq!(schema(&mut conn), before);
}

/// The column is said anew to become NOT NULL, with all that it said before.
#[test]
fn what_a_column_says_of_itself_stays() {
    let stage = without_ids();
    let mut conn = stage.raw();
    run(
        &mut conn,
        "ALTER TABLE items ADD COLUMN public_id UUID DEFAULT UUID() COMMENT 'it''s \\\\ public' INVISIBLE;
         UPDATE items SET public_id = NULL;
         ALTER TABLE \"order\" ADD COLUMN \"from\" BINARY(16)",
    );
    assert!(
        tables()
            .add_public_ids()
            .run(&mut conn, go_on)
            .unwrap()
            .is_continue()
    );
    let said = "(SELECT count(*) FROM information_schema.columns WHERE table_schema = database()
        AND table_name = 'items' AND column_name = 'public_id' AND is_nullable = 'NO'
        AND column_type = 'uuid' AND column_comment LIKE 'it''s _% public' AND extra LIKE '%INVISIBLE%'
        AND column_default LIKE 'uuid()')";
    assert_eq!(number(&mut conn, said), 1, "{:?}", schema(&mut conn));
    // The other column has kept its type, and makes ids, too.
    run(
        &mut conn,
        "INSERT INTO \"order\" (id, \"select\", \"by\") VALUES (100, 1, 'new')",
    );
    let (_, made) = ids(&mut conn).pop().unwrap();
    assert_eq!(made.get_version_num(), 4);
    let kept = "(SELECT count(*) FROM information_schema.columns WHERE table_schema = database()
        AND table_name = 'order' AND column_name = 'from' AND column_type = 'binary(16)')";
    assert_eq!(number(&mut conn, kept), 1);
}

/// Its trigger stands in the way of a clean-up, and says so.
#[test]
fn a_protected_table_is_not_cleaned_up() {
    let stage = without_ids();
    let mut conn = stage.raw();
    run(
        &mut conn,
        &format!(
            "CREATE TRIGGER stays BEFORE UPDATE ON items FOR EACH ROW
             IF NOT (NEW.tenant_id <=> OLD.tenant_id)
             THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{}'; END IF",
            "tenancy: a row stays with its tenant"
        ),
    );
    run(
        &mut conn,
        "INSERT INTO items (id, tenant_id, name) VALUES (77, 77, 'x')",
    );
    let failed = tables()
        .reassign([(77_i64, 1_i64)])
        .run(&mut conn, go_on)
        .unwrap_err();
    let Error::Unfinished { source, .. } = &failed else {
        panic!("{failed:?}");
    };
    assert!(source.to_string().contains("operated_by"), "{source}");
}
