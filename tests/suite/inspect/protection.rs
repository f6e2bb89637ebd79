//! What a catalog makes of a SQLite database: keys and indexes, and no reference in silence.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tenancy::{Catalog, Check, Error, catalog};

use super::{Line, Log, Mark, Order};

const BARE: &str = "
    PRAGMA foreign_keys = OFF;
    CREATE TABLE logs (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, owner BLOB NOT NULL);
    CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id BIGINT NOT NULL REFERENCES orders);
    CREATE TABLE marks (id INTEGER PRIMARY KEY, log_id BIGINT NOT NULL, tenant TEXT,
        FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id));
    INSERT INTO logs VALUES (1, 'anna'), (2, 'ben');
    PRAGMA foreign_keys = ON;
";

fn tables() -> Catalog {
    catalog![Log, Order, Line, Mark]
}

fn database(schema: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(schema).unwrap();
    conn
}

const TOLD: &str = "\
    logs: unique key (tenant, id), for references within a tenant\n\
    orders: unique key (owner, id), for references within a tenant\n\
    lines: index that begins with order_id\n\
    marks: unique key (tenant, id), for references within a tenant\n";

fn pending(conn: &mut SqliteConnection) -> String {
    tables().pending(conn, "").unwrap().to_string()
}

#[test]
fn keys_and_indexes_are_told_and_made_once() {
    let mut conn = database(BARE);
    assert_eq!(pending(&mut conn), TOLD);
    assert_eq!(pending(&mut conn), TOLD);
    let done = tables().protect(&mut conn, "").unwrap();
    assert_eq!(done.to_string(), TOLD);
    assert_eq!(pending(&mut conn), "");
    assert!(tables().protect(&mut conn, "").unwrap().steps().is_empty());
    let findings = tables().inspect(&mut conn).unwrap();
    assert!(findings.is_clean(), "{findings}");
}

#[test]
fn the_text_does_the_same_and_is_taken_back() {
    let mut conn = database(BARE);
    let protection = tables().protection_on::<SqliteConnection>("").unwrap();
    for _ in 0..2 {
        conn.batch_execute(&protection.up()).unwrap();
        assert_eq!(pending(&mut conn), "");
    }
    // Its reference needs the key.
    conn.batch_execute("PRAGMA foreign_keys = OFF; DROP TABLE marks")
        .unwrap();
    conn.batch_execute(&protection.down()).unwrap();
    conn.batch_execute(
        "CREATE TABLE marks (id INTEGER PRIMARY KEY, log_id BIGINT, tenant TEXT,
        FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id))",
    )
    .unwrap();
    assert_eq!(pending(&mut conn), TOLD);
}

/// What is there under another name is there.
#[test]
fn an_index_counts_by_its_columns() {
    let mut conn = database(BARE);
    conn.batch_execute(
        "CREATE UNIQUE INDEX mine ON logs (Tenant, id); CREATE INDEX other ON lines (order_id, id);
         CREATE INDEX plain ON orders (owner, id);
         CREATE UNIQUE INDEX longer ON orders (owner, id, 1);
         CREATE UNIQUE INDEX some ON marks (tenant, id) WHERE id > 1",
    )
    .unwrap();
    let told = "\
        orders: unique key (owner, id), for references within a tenant\n\
        marks: unique key (tenant, id), for references within a tenant\n";
    assert_eq!(pending(&mut conn), told);
}

#[test]
fn l_60_no_reference_is_left_out_in_silence() {
    for reference in [
        "",
        ", FOREIGN KEY (log_id) REFERENCES logs (id)",
        ", FOREIGN KEY (tenant, log_id) REFERENCES logs (id, tenant)",
        ", FOREIGN KEY (tenant, log_id) REFERENCES orders (owner, id)",
        ", FOREIGN KEY (tenant, log_id) REFERENCES marks (tenant, id)",
    ] {
        let mut conn = database(BARE);
        let broken = format!(
            "PRAGMA foreign_keys = OFF; DROP TABLE marks; PRAGMA foreign_keys = ON; \
             CREATE TABLE marks (id INTEGER PRIMARY KEY, \
             log_id BIGINT NOT NULL, tenant TEXT{reference})"
        );
        conn.batch_execute(&broken).unwrap();
        let waiting = tables().pending(&mut conn, "").unwrap();
        let last = waiting.steps().last().unwrap();
        assert!(last.by_hand);
        assert_eq!(
            last.to_string(),
            "marks: reference (tenant, log_id) to logs (tenant, id) (by hand)"
        );
        let wanted =
            "FOREIGN KEY (\"tenant\", \"log_id\") REFERENCES \"logs\" (\"tenant\", \"id\")";
        assert!(waiting.up().contains(wanted), "{}", waiting.up());
        let refused = tables().protect(&mut conn, "").unwrap_err();
        assert!(matches!(refused, Error::Catalog { .. }), "{refused:?}");
        assert_eq!(
            refused.to_string(),
            "the table `marks` has no reference (tenant, log_id) to logs (tenant, id): SQLite \
             adds none to a table that is there, so make it anew"
        );
        // Nothing was done.
        let still = tables().pending(&mut conn, "").unwrap();
        assert_eq!(still.to_string(), waiting.to_string());
        // The text does what can be done, and the inspection goes on to say what cannot.
        conn.batch_execute(&still.up()).unwrap();
        let left = tables().pending(&mut conn, "").unwrap();
        assert_eq!(left.steps().len(), 1, "{left}");
        let findings = tables().inspect(&mut conn).unwrap();
        let checks: Vec<Check> = findings.findings().iter().map(|of| of.check).collect();
        assert!(
            checks.contains(&Check::MissingForeignKey) || checks.contains(&Check::ForeignKey),
            "{findings}"
        );
    }
}

#[test]
fn what_breaks_a_key_leaves_nothing() {
    let mut conn = database(BARE);
    conn.batch_execute("DROP TABLE lines; CREATE TABLE lines (id INTEGER PRIMARY KEY)")
        .unwrap();
    // The column is missing: the keys of the tables before go back too.
    let refused = tables().protect(&mut conn, "").unwrap_err();
    assert!(matches!(refused, Error::Database { .. }), "{refused:?}");
    assert!(pending(&mut conn).starts_with("logs: unique key"));
}

/// IF NOT EXISTS asks for the name of an index only.
#[test]
fn a_name_that_is_taken_is_told() {
    let mut conn = database(BARE);
    conn.batch_execute("CREATE UNIQUE INDEX orders_tenancy_key ON logs (tenant)")
        .unwrap();
    assert_eq!(pending(&mut conn), TOLD);
    let refused = tables().protect(&mut conn, "").unwrap_err();
    assert!(matches!(refused, Error::Catalog { .. }), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "the table `orders` still has no unique key (owner, id), for references within a tenant: \
         something else is called `orders_tenancy_key`"
    );
    assert_eq!(pending(&mut conn), TOLD, "nothing was done");
}

#[test]
fn a_table_that_is_not_there_is_named() {
    let mut conn = database(BARE);
    conn.batch_execute("DROP TABLE lines; CREATE VIEW lines AS SELECT 1 AS id, 1 AS order_id")
        .unwrap();
    for refused in [
        tables().protect(&mut conn, "").unwrap_err(),
        tables().pending(&mut conn, "").unwrap_err(),
    ] {
        assert_eq!(
            refused.to_string(),
            "the table `lines` is in the catalog, and not in the database"
        );
    }
}

#[test]
fn a_distributed_catalog_is_for_postgresql() {
    let refused = catalog!(Log, distributed)
        .protect(&mut database(BARE), "")
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the table `logs` is of a distributed catalog, which is for PostgreSQL only"
    );
}
