//! Operators on MariaDB: they sign in as the service does, and a deadlock takes an act back whole.

use std::thread;

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::audit::{AuditEvent, AuditHead, MIGRATIONS};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Catalog, Check, Claims, Error, OperatorScope, Reason};

use super::{Log, Stage, logs, tables};

type Db = Database<MysqlConnection>;

struct Staff;

impl Authenticator<MysqlConnection> for Staff {
    type Credential<'a> = ();
    type Key = String;

    fn authenticate(&self, _: &mut MysqlConnection, (): ()) -> Result<Claims<String>, AuthError> {
        Ok(Claims::new("staff".to_owned()).subject("olga").operator())
    }
}

fn olga(db: &Db) -> OperatorScope<String> {
    let identity = db.authenticate(&Staff, ()).unwrap();
    OperatorScope::new(&identity, Reason::new("a reason").unwrap()).unwrap()
}

/// Two rows of each tenant, and enough of another table that a transaction which writes them weighs
/// more than an act.
fn audited() -> Stage {
    let stage = Stage::new();
    stage.open("owner", 1).migrate(MIGRATIONS).unwrap();
    stage
        .owner()
        .batch_execute(
            "INSERT INTO logs (id, tenant, name) VALUES (1, 'anna', 'Lamp'), (2, 'anna', 'Tent'),
                (3, 'ben', 'Lamp'), (4, 'ben', 'Tent');
             CREATE TABLE heavy (id INT PRIMARY KEY)",
        )
        .unwrap();
    stage
}

fn events(stage: &Stage) -> Vec<String> {
    diesel::dsl::sql::<Text>(
        "SELECT concat(tenant_id, ' ', sequence, ' ', coalesce(outcome, '..'), ' [', tables, ']')
         FROM tenancy_audit_events ORDER BY id",
    )
    .load(&mut stage.owner())
    .unwrap()
}

fn names(stage: &Stage) -> Vec<String> {
    let names = logs::table.select(logs::name).order(logs::id);
    names.load(&mut stage.owner()).unwrap()
}

fn rename(
    scope: &TenantScope<String>,
    session: &mut Session<MysqlConnection>,
    id: i64,
) -> tenancy::Result<usize> {
    Repo::<Log>::new(scope)
        .update(RowId::<Log>::from_raw(id))
        .set(logs::name.eq("Rope"))
        .execute(session)
}

/// An act that meets a deadlock, whichever of the two comes first: each holds a row that the other
/// wants, and the server takes back the one that has written less.
fn deadlocked(stage: &Stage, is_told: bool) -> tenancy::Result<()> {
    let mut other = stage.owner();
    other
        .batch_execute(
            "START TRANSACTION; INSERT INTO heavy SELECT seq FROM seq_1_to_1000;
             UPDATE logs SET name = 'Other' WHERE id = 2",
        )
        .unwrap();
    let db = stage.open("serving", 1);
    db.act_for(&olga(&db), "anna".to_owned(), |scope, session| {
        rename(scope, session, 1)?;
        let other = thread::spawn(move || {
            other.batch_execute("UPDATE logs SET name = 'Other' WHERE id = 1; ROLLBACK")
        });
        let met = rename(scope, session, 2);
        other.join().unwrap().unwrap();
        assert!(matches!(met, Err(Error::SerializationFailure)), "{met:?}");
        if is_told { met.map(drop) } else { Ok(()) }
    })
}

#[test]
fn an_act_that_a_deadlock_took_back_is_written_down_anew() {
    for is_told in [true, false] {
        let stage = audited();
        let acted = deadlocked(&stage, is_told);
        assert!(acted.is_err(), "{acted:?}");
        assert_eq!(names(&stage), ["Lamp", "Tent", "Lamp", "Tent"]);
        assert_eq!(
            events(&stage),
            ["anna 1 .. []", "anna 2 failed [logs: write]"],
            "{is_told}"
        );
    }
}

fn catalog() -> Catalog {
    tables().with::<AuditEvent>().with::<AuditHead>()
}

/// The audit's tables, with the rights that the catalog gives.
fn protected() -> Stage {
    let stage = audited();
    let revoke = format!(
        "REVOKE SELECT, INSERT, UPDATE, DELETE ON {}.* FROM serving@localhost",
        stage.name
    );
    stage.owner().batch_execute(&revoke).unwrap();
    catalog()
        .protect(&mut stage.owner(), "serving@localhost")
        .unwrap();
    stage
}

#[test]
fn the_account_appends_to_the_audit_and_changes_nothing_of_it() {
    let stage = protected();
    let db = stage.open("serving", 1);
    db.act_for(&olga(&db), "anna".to_owned(), |scope, session| {
        rename(scope, session, 1)
    })
    .unwrap();
    assert_eq!(names(&stage)[0], "Rope");
    assert_eq!(events(&stage).len(), 2);
    for sql in [
        "UPDATE tenancy_audit_events SET reason = 'none'",
        "DELETE FROM tenancy_audit_events",
        "TRUNCATE tenancy_audit_events",
        "DELETE FROM tenancy_audit_heads",
        "TRUNCATE tenancy_audit_heads",
        "DROP TRIGGER tenancy_audit_events_stay",
    ] {
        let refused = stage.serving().batch_execute(sql).unwrap_err().to_string();
        assert!(refused.contains("command denied"), "{sql}: {refused}");
    }
    assert_eq!(events(&stage).len(), 2);
}

/// What an inspection says of the rights to the audit.
fn rights(stage: &Stage) -> Vec<String> {
    let inspection = catalog().inspect(&mut stage.serving()).unwrap();
    let findings = inspection.findings().iter();
    let rights = findings.filter(|found| found.check == Check::Rights);
    rights.map(|found| found.problem.clone()).collect()
}

#[test]
fn an_inspection_finds_rights_to_change_the_audit() {
    let stage = protected();
    assert_eq!(rights(&stage), [""; 0]);
    let inspection = catalog().inspect(&mut stage.serving()).unwrap();
    assert!(!inspection.has_errors(), "{inspection}");
    for (right, table, more) in [
        ("UPDATE", "tenancy_audit_events", "UPDATE"),
        ("DELETE", "tenancy_audit_heads", "DELETE"),
    ] {
        let mut owner = stage.owner();
        let grant = format!("GRANT {right} ON {table} TO serving@localhost");
        owner.batch_execute(&grant).unwrap();
        assert_eq!(rights(&stage), [format!("this user has {more} here")]);
        let revoke = format!("REVOKE {right} ON {table} FROM serving@localhost");
        owner.batch_execute(&revoke).unwrap();
    }
    assert_eq!(rights(&stage), [""; 0]);
}
