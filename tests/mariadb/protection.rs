//! What a catalog makes of a MariaDB database: keys, indexes, references and rights, step by step.

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, catalog, proposed};

use super::{Log, Stage, found, logs, tables};

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
    logs: trigger that keeps tenant as it is\n\
    orders: trigger that keeps owner as it is\n\
    marks: trigger that keeps tenant as it is\n\
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
            "REVOKE UPDATE ON logs FROM serving@localhost",
            "logs: rights of serving@localhost\n",
        ),
        (
            "GRANT SELECT ON logs TO serving@localhost WITH GRANT OPTION",
            "logs: rights of serving@localhost\n",
        ),
        (
            "DROP TRIGGER logs_tenancy_stays",
            "logs: trigger that keeps tenant as it is\n",
        ),
        (
            "CREATE OR REPLACE TRIGGER logs_tenancy_stays BEFORE UPDATE ON logs FOR EACH ROW
                SET @nothing = NEW.tenant",
            "logs: trigger that keeps tenant as it is\n",
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
        "INSERT INTO marks (tenant, log_id) VALUES ('anna', 1), (NULL, 1)",
        "UPDATE marks SET tenant = NULL WHERE tenant IS NULL",
    ] {
        conn.batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for sql in [
        "UPDATE logs SET tenant = 'ben' WHERE id = 1",
        "UPDATE logs SET tenant = 'ANNA' WHERE id = 1",
        "UPDATE marks SET tenant = 'anna' WHERE id = 2",
        "UPDATE marks SET tenant = NULL WHERE id = 2",
        "INSERT INTO logs (id, tenant, name) VALUES (1, 'ben', 'x')
            ON DUPLICATE KEY UPDATE tenant = 'ben'",
        "DROP TRIGGER logs_tenancy_stays",
        "TRUNCATE logs",
        "DROP TABLE logs",
        "ALTER TABLE logs ADD more INT",
        "INSERT INTO marks (tenant, log_id) VALUES ('anna', 2)",
    ] {
        let done = conn.batch_execute(sql).map_err(|error| error.to_string());
        let Err(text) = done else {
            panic!("{sql} was done");
        };
        let known = [
            "denied",
            "foreign key constraint fails",
            "tenancy: a row stays with its tenant",
        ];
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
    assert_eq!(left.lines().count(), 8, "{left}");
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
    let stage = bare();
    for table in ["logs", "orders", "`lines`", "marks"] {
        let grant = format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVING}");
        stage.owner().batch_execute(&grant).unwrap();
    }
    let refused = tables().protect(&mut stage.serving(), SERVING).unwrap_err();
    // Who takes which role is not for everybody to see.
    let text = refused.to_string();
    assert!(text.contains("SELECT command denied"), "{text}");
}

#[test]
fn a_distributed_catalog_is_for_postgresql() {
    let refused = catalog!(Log, distributed).protection_on::<MysqlConnection>(SERVING);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the table `logs` is of a distributed catalog, which is for PostgreSQL only"
    );
}

/// With exactly the rights of the catalog.
#[test]
fn the_serving_account_may_upsert() {
    let stage = bare();
    let mut owner = stage.owner();
    let key = "ALTER TABLE logs ADD UNIQUE (tenant, name)";
    owner.batch_execute(key).unwrap();
    tables().protect(&mut owner, SERVING).unwrap();
    let (db, anna) = stage.anna();
    let mut session = db.session(&anna).unwrap();
    let rows = Repo::<Log>::new(&anna);
    for _ in 0..2 {
        rows.insert((logs::name.eq("second"),))
            .on_conflict((logs::tenant, logs::name))
            .do_update()
            .set(logs::name.eq(proposed(logs::name)))
            .execute(&mut session)
            .unwrap();
    }
    let nothing = rows
        .insert((logs::name.eq("first"),))
        .on_conflict((logs::tenant, logs::name))
        .do_nothing()
        .execute(&mut session);
    assert_eq!(nothing.unwrap(), 0);
    let names: Vec<(String, String)> = logs::table
        .select((logs::tenant, logs::name))
        .order((logs::tenant, logs::name))
        .load(&mut owner)
        .unwrap();
    let told: Vec<(&str, &str)> = names.iter().map(|(of, name)| (&**of, &**name)).collect();
    assert_eq!(
        told,
        [("anna", "first"), ("anna", "second"), ("ben", "first")]
    );
}

#[test]
fn an_account_that_is_not_there_is_named_and_not_made() {
    let stage = bare();
    let mut owner = stage.owner();
    owner.batch_execute("SET sql_mode = ''").unwrap();
    for refused in [
        tables()
            .protect(&mut owner, "nobody@localhost")
            .unwrap_err(),
        tables()
            .pending(&mut owner, "nobody@localhost")
            .unwrap_err(),
        tables().protect(&mut owner, "serving").unwrap_err(),
    ] {
        assert!(matches!(refused, Error::Catalog { .. }), "{refused:?}");
        let text = refused.to_string();
        assert!(text.contains("there is no such account"), "{text}");
    }
    // The text by itself makes none either.
    let text = tables()
        .protection_on::<MysqlConnection>("nobody@localhost")
        .unwrap();
    assert!(owner.batch_execute(&text.up()).is_err());
    let count: i64 = diesel::dsl::sql::<diesel::sql_types::BigInt>(
        "SELECT count(*) FROM mysql.user WHERE user = 'nobody' OR (user, host) = ('serving', '%')",
    )
    .get_result(&mut owner)
    .unwrap();
    assert_eq!(count, 0);
}

/// A grant of a whole database, or of all of them, goes past what the catalog gives.
#[test]
fn a_wider_grant_is_told_and_refused() {
    let stage = bare();
    let mut owner = stage.owner();
    tables().protect(&mut owner, SERVING).unwrap();
    let wide = |right: &str, verb: &str, way: &str| {
        format!("{verb} {right} ON {}.* {way} {SERVING}", stage.name)
    };
    for right in ["TRIGGER", "DROP", "ALTER"] {
        owner.batch_execute(&wide(right, "GRANT", "TO")).unwrap();
        let pending = tables().pending(&mut owner, SERVING).unwrap();
        assert_eq!(pending.steps().len(), 4, "{pending}");
        assert!(pending.steps().iter().all(|step| step.by_hand), "{pending}");
        assert!(
            pending.to_string().starts_with(
                "logs: no wider grant to serving@localhost, of a whole database, to all or by a role \
                 (by hand)"
            ),
            "{pending}"
        );
        let refused = tables().protect(&mut owner, SERVING).unwrap_err();
        assert!(matches!(refused, Error::Catalog { .. }), "{refused:?}");
        owner.batch_execute(&wide(right, "REVOKE", "FROM")).unwrap();
        assert_eq!(pending_of(&mut owner), "");
    }
    // These rights change rows of everybody's.
    let global = catalog![Shared];
    owner
        .batch_execute("CREATE TABLE shared (id BIGINT AUTO_INCREMENT PRIMARY KEY)")
        .unwrap();
    global.protect(&mut owner, SERVING).unwrap();
    assert_eq!(shared_warnings(&stage), 0);
    owner.batch_execute(&wide("UPDATE", "GRANT", "TO")).unwrap();
    let pending = global.pending(&mut owner, SERVING).unwrap();
    assert_eq!(pending.steps().len(), 1, "{pending}");
    assert_eq!(shared_warnings(&stage), 1);
    owner
        .batch_execute(&wide("UPDATE", "REVOKE", "FROM"))
        .unwrap();
    assert_eq!(shared_warnings(&stage), 0);
}

fn pending_of(owner: &mut MysqlConnection) -> String {
    tables().pending(owner, SERVING).unwrap().to_string()
}

/// How often an inspection says that the account may write rows of everybody's.
fn shared_warnings(stage: &Stage) -> usize {
    let inspection = catalog![Shared].inspect(&mut stage.serving()).unwrap();
    let found = inspection.findings().iter();
    found
        .filter(|found| found.check == tenancy::Check::Rights)
        .filter(|found| found.table.as_deref() == Some("shared"))
        .count()
}

diesel::table! {
    shared (id) {
        id -> BigInt,
    }
}

/// Everybody's.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = shared)]
#[scoped(global)]
pub struct Shared {
    #[expect(dead_code)]
    id: i64,
}

/// What has the name of a key, and is another: nothing is called done that is not.
#[test]
fn a_name_that_is_taken_is_told() {
    let stage = bare();
    let mut owner = stage.owner();
    let taken = "ALTER TABLE logs ADD INDEX logs_tenancy_key (name)";
    owner.batch_execute(taken).unwrap();
    assert_eq!(pending(&stage), TOLD);
    let refused = tables().protect(&mut owner, SERVING).unwrap_err();
    let Error::Unfinished {
        taken: 0, source, ..
    } = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(
        source.to_string(),
        "the database failed: Duplicate key name 'logs_tenancy_key'"
    );
}

/// The longest names that MariaDB takes, which begin alike.
#[test]
fn tables_of_long_names_are_protected() {
    let stage = bare();
    let mut owner = stage.owner();
    let make = |name: &str| {
        format!(
            "CREATE TABLE {name} (id BIGINT AUTO_INCREMENT PRIMARY KEY,
             tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL)"
        )
    };
    for name in [LONG_ONE, LONG_TWO] {
        assert_eq!(name.len(), 64);
        owner.batch_execute(&make(name)).unwrap();
    }
    let catalog = catalog![long::One, long::Two];
    let done = catalog.protect(&mut owner, SERVING).unwrap();
    assert_eq!(done.steps().len(), 6);
    assert_eq!(
        catalog.pending(&mut owner, SERVING).unwrap().steps().len(),
        0
    );
}

const LONG_ONE: &str = "a_very_long_name_that_is_as_long_as_a_name_may_be_in_mariadb_one";
const LONG_TWO: &str = "a_very_long_name_that_is_as_long_as_a_name_may_be_in_mariadb_two";

mod long {
    use diesel::prelude::*;
    use tenancy::prelude::*;

    diesel::table! {
        a_very_long_name_that_is_as_long_as_a_name_may_be_in_mariadb_one (id) {
            id -> BigInt,
            tenant -> Text,
        }
    }

    diesel::table! {
        a_very_long_name_that_is_as_long_as_a_name_may_be_in_mariadb_two (id) {
            id -> BigInt,
            tenant -> Text,
        }
    }

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = a_very_long_name_that_is_as_long_as_a_name_may_be_in_mariadb_one)]
    #[scoped(tenant = tenant)]
    pub(super) struct One {
        #[expect(dead_code)]
        id: RowId<One>,
    }

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = a_very_long_name_that_is_as_long_as_a_name_may_be_in_mariadb_two)]
    #[scoped(tenant = tenant)]
    pub(super) struct Two {
        #[expect(dead_code)]
        id: RowId<Two>,
    }
}
