//! What a catalog makes of a MariaDB database: keys, indexes, references and rights, step by step.

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use tenancy::{Error, catalog};

use super::{Log, Stage, found, tables};

/// The tables as they may stand before anybody protects them.
const BARE: &str = "
    CREATE TABLE logs (
        id BIGINT AUTO_INCREMENT PRIMARY KEY,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
        name VARCHAR(40) NOT NULL
    );
    CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, owner BINARY(16) NOT NULL);
    CREATE TABLE `lines` (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT NOT NULL);
    CREATE TABLE marks (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, log_id BIGINT NOT NULL,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
    );
    INSERT INTO logs (tenant, name) VALUES ('anna', 'first'), ('ben', 'first');
    INSERT INTO marks (log_id, tenant) VALUES (1, 'anna'), (2, 'ben');
";

const SERVING: &str = "serving@localhost";

/// A stage whose serving user has no rights yet.
fn bare() -> Stage {
    let stage = Stage::new();
    let strip = format!(
        "REVOKE SELECT, INSERT, UPDATE, DELETE ON {}.* FROM serving@localhost;
         DROP TABLE `lines`, orders, marks, logs; {BARE}",
        stage.name
    );
    stage.owner().batch_execute(&strip).unwrap();
    stage
}

const TOLD: &str = "\
    logs: unique key (tenant, id), for references within a tenant\n\
    orders: unique key (owner, id), for references within a tenant\n\
    lines: index that begins with order_id\n\
    marks: unique key (tenant, id), for references within a tenant\n\
    lines: reference (order_id) to orders (id)\n\
    marks: reference (tenant, log_id) to logs (tenant, id)\n\
    logs: rights of serving@localhost\n\
    orders: rights of serving@localhost\n\
    lines: rights of serving@localhost\n\
    marks: rights of serving@localhost\n";

fn pending(stage: &Stage) -> String {
    let pending = tables().pending(&mut stage.owner(), SERVING).unwrap();
    pending.to_string()
}

#[test]
fn what_would_change_is_told_and_then_done_once() {
    let stage = bare();
    assert_eq!(pending(&stage), TOLD);
    assert_eq!(pending(&stage), TOLD);
    let done = tables().protect(&mut stage.owner(), SERVING).unwrap();
    assert_eq!(done.to_string(), TOLD);
    assert_eq!(pending(&stage), "");
    let again = tables().protect(&mut stage.owner(), SERVING).unwrap();
    assert!(again.steps().is_empty(), "{again}");
    assert_eq!(found(&mut stage.serving()), []);
}

#[test]
fn the_text_does_the_same_and_is_taken_back() {
    let stage = bare();
    let protection = tables().protection_on::<MysqlConnection>(SERVING).unwrap();
    let mut owner = stage.owner();
    for _ in 0..2 {
        owner.batch_execute(&protection.up()).unwrap();
        assert_eq!(pending(&stage), "");
    }
    for _ in 0..2 {
        owner.batch_execute(&protection.down()).unwrap();
        assert_eq!(pending(&stage), TOLD);
    }
}

#[test]
fn each_step_that_is_missing_is_told() {
    let stage = bare();
    let mut owner = stage.owner();
    tables().protect(&mut owner, SERVING).unwrap();
    for (breaks, told) in [
        (
            "ALTER TABLE marks DROP FOREIGN KEY marks_log_id_tenancy_fkey,
                ADD CONSTRAINT other FOREIGN KEY (log_id) REFERENCES logs (id)",
            "marks: reference (tenant, log_id) to logs (tenant, id)\n",
        ),
        (
            "ALTER TABLE orders DROP INDEX orders_tenancy_key, ADD INDEX plain (owner, id),
                ADD UNIQUE part (owner(8), id)",
            "orders: unique key (owner, id), for references within a tenant\n",
        ),
        (
            "GRANT DROP ON logs TO serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
        (
            "GRANT UPDATE (tenant) ON logs TO serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
        (
            "REVOKE UPDATE (name) ON logs FROM serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
    ] {
        owner.batch_execute(breaks).unwrap();
        assert_eq!(pending(&stage), told, "{breaks}");
        let done = tables().protect(&mut owner, SERVING).unwrap();
        assert_eq!(done.to_string(), told, "{breaks}");
        assert_eq!(pending(&stage), "", "{breaks}");
    }
}

#[test]
fn l_60_l_94_the_serving_user_refers_within_a_tenant_and_gives_no_row_away() {
    let stage = bare();
    tables().protect(&mut stage.owner(), SERVING).unwrap();
    let mut conn = stage.serving();
    for sql in [
        "SELECT tenant FROM logs",
        "INSERT INTO logs (tenant, name) VALUES ('anna', 'second')",
        "UPDATE logs SET name = 'third' WHERE id = 1",
        "DELETE FROM marks WHERE id = 1",
        "INSERT INTO marks (tenant, log_id) VALUES ('anna', 1)",
    ] {
        conn.batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for sql in [
        "UPDATE logs SET tenant = 'ben' WHERE id = 1",
        "TRUNCATE logs",
        "DROP TABLE logs",
        "ALTER TABLE logs ADD more INT",
        "INSERT INTO marks (tenant, log_id) VALUES ('anna', 2)",
    ] {
        let text = conn.batch_execute(sql).unwrap_err().to_string();
        let known = ["denied", "foreign key constraint fails"];
        assert!(known.iter().any(|of| text.contains(of)), "{sql}: {text}");
    }
}

/// Each statement of MariaDB's commits by itself.
#[test]
fn where_it_stopped_is_told_and_the_next_time_goes_on() {
    let stage = bare();
    let mut owner = stage.owner();
    owner
        .batch_execute("UPDATE marks SET log_id = 2 WHERE id = 1")
        .unwrap();
    let refused = tables().protect(&mut owner, SERVING).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "stopped at \"marks: reference (tenant, log_id) to logs (tenant, id)\"; steps that were \
         taken before and stay: 5"
    );
    let Error::Unfinished { source, .. } = refused else {
        panic!("{refused:?}");
    };
    assert!(
        matches!(*source, Error::ForeignKeyViolation { .. }),
        "{source:?}"
    );
    let left = pending(&stage);
    assert_eq!(TOLD.find(&left), Some(TOLD.len() - left.len()), "{left}");
    assert_eq!(left.lines().count(), 5, "{left}");
    owner
        .batch_execute("UPDATE marks SET log_id = 1 WHERE id = 1")
        .unwrap();
    let done = tables().protect(&mut owner, SERVING).unwrap();
    assert_eq!(done.to_string(), left);
    assert_eq!(pending(&stage), "");
}

#[test]
fn a_table_that_is_not_there_is_named_before_anything_is_done() {
    let stage = bare();
    let mut owner = stage.owner();
    owner.batch_execute("DROP TABLE `lines`").unwrap();
    for refused in [
        tables().protect(&mut owner, SERVING).unwrap_err(),
        tables().pending(&mut owner, SERVING).unwrap_err(),
    ] {
        assert_eq!(
            refused.to_string(),
            "the table `lines` is in the catalog, and not in the database"
        );
    }
    owner
        .batch_execute("CREATE TABLE `lines` (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL)")
        .unwrap();
    assert_eq!(pending(&stage), TOLD);
}

#[test]
fn a_user_without_rights_protects_nothing() {
    let stage = Stage::new();
    let refused = tables().protect(&mut stage.serving(), SERVING).unwrap_err();
    let Error::Unfinished { source, taken, .. } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(taken, 0);
    assert!(source.to_string().contains("denied"), "{source}");
}

#[test]
fn a_distributed_catalog_is_for_postgresql() {
    let refused = catalog!(Log, distributed).protection_on::<MysqlConnection>(SERVING);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the table `logs` is of a distributed catalog, which is for PostgreSQL only"
    );
}
