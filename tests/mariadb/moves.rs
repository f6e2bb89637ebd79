//! Operators move rows past the triggers that keep them, and nobody else does.

mod foreign;
mod triggers;

use std::thread;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use tenancy::audit::{AuditEvent, AuditHead, MIGRATIONS};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Catalog, Claims, Error, MovedRows, OperatorScope, Reason};

use super::{Log, Stage, address, tables};

const SERVING: &str = "serving@localhost";
const OPERATOR: &str = "operator@localhost";

struct Staff;

impl Authenticator<MysqlConnection> for Staff {
    type Credential<'a> = ();
    type Key = String;

    fn authenticate(&self, _: &mut MysqlConnection, (): ()) -> Result<Claims<String>, AuthError> {
        Ok(Claims::new("staff".to_owned()).subject("olga").operator())
    }
}

fn catalog() -> Catalog {
    tables().with::<AuditEvent>().with::<AuditHead>()
}

/// Logs of Anna and Ben with marks, protected, and operators who read and write all.
fn protected(catalog: &Catalog) -> Stage {
    let stage = Stage::new();
    let owner = stage.open("owner", 1);
    owner.migrate(MIGRATIONS).unwrap();
    let make = format!(
        "REVOKE SELECT, INSERT, UPDATE, DELETE ON {0}.* FROM {SERVING};
         GRANT SELECT, INSERT, UPDATE, DELETE ON {0}.* TO {OPERATOR};
         GRANT PROCESS ON *.* TO {OPERATOR};
         INSERT INTO logs (tenant, name) VALUES ('anna', 'first'), ('ben', 'first');
         INSERT INTO marks (log_id, tenant) VALUES (1, 'anna'), (1, 'anna'), (2, 'ben')",
        stage.name
    );
    stage.owner().batch_execute(&make).unwrap();
    catalog.protect(&mut stage.owner(), SERVING).unwrap();
    assert!(
        catalog
            .pending(&mut stage.owner(), SERVING)
            .unwrap()
            .steps()
            .is_empty()
    );
    stage
}

fn moves(stage: &Stage, operators: &str) -> tenancy::Result<MovedRows> {
    moves_with(&catalog(), stage, operators)
}

fn moves_with(catalog: &Catalog, stage: &Stage, operators: &str) -> tenancy::Result<MovedRows> {
    let builder = Database::builder().operator_url(address(operators, &stage.name));
    let db = builder.open(&address("serving", &stage.name)).unwrap();
    let identity = db.authenticate(&Staff, ()).unwrap();
    let olga = OperatorScope::new(&identity, Reason::new("a reason").unwrap()).unwrap();
    let (from, to) = ("anna".to_owned(), "cara".to_owned());
    db.move_row::<Log, _>(&olga, catalog, RowId::from_raw(1), from, to)
}

/// Why it was not moved.
fn kept(moved: tenancy::Result<MovedRows>) -> String {
    match moved {
        Err(error @ Error::CannotMove { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

fn owners(stage: &Stage) -> Vec<String> {
    let sql = "SELECT concat('log ', id, ' ', tenant) AS line FROM logs
        UNION ALL SELECT concat('mark ', id, ' ', tenant) FROM marks ORDER BY 1";
    lines(&mut stage.owner(), sql)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut MysqlConnection, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

const BEFORE: [&str; 5] = [
    "log 1 anna",
    "log 2 ben",
    "mark 1 anna",
    "mark 2 anna",
    "mark 3 ben",
];

#[test]
fn the_operators_account_gets_past_the_trigger() {
    let stage = protected(&catalog().operated_by(OPERATOR));
    let moved = moves(&stage, "operator").unwrap();
    assert_eq!(
        moved.iter().collect::<Vec<_>>(),
        [("logs", 1), ("marks", 2)]
    );
    assert_eq!(
        owners(&stage),
        [
            "log 1 cara",
            "log 2 ben",
            "mark 1 cara",
            "mark 2 cara",
            "mark 3 ben"
        ]
    );
}

#[test]
fn nobody_else_does() {
    let stage = protected(&catalog().operated_by(OPERATOR));
    for user in ["serving", "owner"] {
        let mut conn = super::connect(user, &stage.name);
        for sql in [
            "UPDATE logs SET tenant = 'ben' WHERE id = 1",
            "SET STATEMENT foreign_key_checks = 0 FOR UPDATE marks SET tenant = 'ben' WHERE id = 1",
            "SET @user = 'operator@localhost'; UPDATE marks SET tenant = 'ben' WHERE id = 1",
        ] {
            let done = conn.batch_execute(sql).map_err(|error| error.to_string());
            let text = done.unwrap_err();
            assert_eq!(
                text, "tenancy: a row stays with its tenant",
                "{user}: {sql}"
            );
        }
    }
    assert_eq!(owners(&stage), BEFORE);
}

#[test]
fn without_a_word_in_the_catalog_the_trigger_keeps_them() {
    let stage = protected(&catalog());
    let Err(Error::CannotMove { table, reason }) = moves(&stage, "operator") else {
        panic!("it was moved");
    };
    assert_eq!(table, "marks");
    assert!(reason.contains("operated_by"), "{reason}");
    assert_eq!(owners(&stage), BEFORE);
    // The trigger is made anew with the word, and without it.
    let with = catalog().operated_by(OPERATOR);
    for (from, to) in [(&catalog(), &with), (&with, &catalog())] {
        assert!(
            from.pending(&mut stage.owner(), SERVING)
                .unwrap()
                .steps()
                .is_empty()
        );
        let done = to.protect(&mut stage.owner(), SERVING).unwrap();
        assert_eq!(done.steps().len(), 5, "{done}");
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Rows that somebody is about to write are waited for: no foreign key is looked at behind.
#[test]
fn a_row_that_is_being_written_goes_along() {
    let stage = protected(&catalog().operated_by(OPERATOR));
    let mut writer = stage.owner();
    writer
        .batch_execute("START TRANSACTION; INSERT INTO marks (log_id, tenant) VALUES (1, 'anna')")
        .unwrap();
    let moved = thread::scope(|threads| {
        let moving = threads.spawn(|| moves(&stage, "operator"));
        let mut owner = stage.owner();
        let waits = format!(
            "SELECT count(*) AS count FROM information_schema.processlist
             WHERE user = 'operator' AND db = '{}' AND CAST(info AS BINARY) LIKE '%UPDATE%'
                AND info NOT LIKE '%tenancy_audit%'",
            stage.name
        );
        while !moving.is_finished() {
            let waiting: Count = diesel::sql_query(&waits).get_result(&mut owner).unwrap();
            if waiting.count > 0 {
                break;
            }
        }
        writer.batch_execute("COMMIT").unwrap();
        moving.join().unwrap()
    });
    assert_eq!(moved.unwrap().of("marks"), 3);
    let left = owners(&stage);
    assert!(!left.iter().any(|line| line.ends_with("anna")), "{left:?}");
}
