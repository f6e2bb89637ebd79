//! Who does what "Signing in" says, and no more: the migrations, the protection, and then a sign-in.

use tenancy::directory::{self, Directory};
use tenancy::{Catalog, Check, Database, Finding, Severity};

use crate::house::{ANNA, BEN, Conn, Provider, Stage};

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
use tenancy::directory::MYSQL as MIGRATIONS;
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
use tenancy::directory::POSTGRES as MIGRATIONS;
#[cfg(feature = "sqlite")]
use tenancy::directory::SQLITE as MIGRATIONS;

fn catalog() -> Catalog {
    directory::add_to(Catalog::new())
}

fn settled() -> (Stage, Database<Conn>) {
    let stage = Stage::new(&[]);
    stage.owner().migrate(MIGRATIONS).unwrap();
    stage.guard(&catalog());
    let db = Stage::builder().open(&stage.url).unwrap();
    (stage, db)
}

/// What is said of no table is said of the server; rights on MariaDB are those of the stage.
fn findings(db: &Database<Conn>) -> Vec<Finding> {
    let is_of_stage = |check| matches!(check, Check::Rights | Check::GlobalRights);
    let inspection = db.inspect(&catalog()).unwrap();
    let found = inspection.findings().iter().filter(|finding| {
        finding.severity != Severity::Note
            && finding.table.is_some()
            && !(cfg!(feature = "mysql") && is_of_stage(finding.check))
    });
    found.cloned().collect()
}

#[test]
fn a_database_that_was_only_migrated_and_protected_lets_people_in() {
    let (_stage, db) = settled();
    let directory = Directory::new(&db);
    let logins = directory.logins(Provider);
    let anna = directory.sign_in(&logins, ANNA, None).unwrap();
    let ben = directory.sign_in(&logins, BEN, None).unwrap();
    assert_ne!(anna.tenant(), ben.tenant());
    assert_eq!(findings(&db), []);
}

#[test]
fn tables_of_the_audit_that_are_in_the_catalog_are_not_added_twice() {
    use tenancy::audit::{AuditEvent, AuditHead};
    use tenancy::numbers::Counter;
    let (_stage, db) = settled();
    let own = Catalog::new().with::<AuditHead>().with::<AuditEvent>();
    let own = own.with::<Counter>();
    assert!(db.inspect(&directory::add_to(own)).is_ok());
}

#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
#[test]
fn a_tenants_number_that_may_not_be_counted_is_found_and_mended() {
    use diesel::connection::SimpleConnection;

    let (stage, db) = settled();
    stage.fill("REVOKE ALL ON SEQUENCE tenancy_tenants_id_seq FROM serving");
    let directory = Directory::new(&db);
    let come = || directory.sign_in(&directory.logins(Provider), ANNA, None);
    assert!(come().is_err());
    let found = findings(&db);
    let [finding] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(
        (finding.severity, finding.check),
        (Severity::Error, Check::MissingRight)
    );
    assert_eq!(finding.table.as_deref(), Some("tenancy_tenants"));
    let mut raw = stage.raw();
    raw.batch_execute("SET ROLE owner").unwrap();
    let pending = catalog().pending(&mut raw, "serving").unwrap();
    assert_eq!(pending.steps().len(), 1, "{pending}");
    raw.batch_execute(finding.mend.as_deref().unwrap()).unwrap();
    assert_eq!(findings(&db), []);
    come().unwrap();
}

/// No other number of a row is the service's to count.
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
#[test]
fn no_other_sequence_is_granted() {
    use diesel::prelude::*;

    let (stage, _) = settled();
    #[derive(QueryableByName)]
    struct Granted {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let sql = "SELECT relname::text AS name FROM pg_class
        WHERE CASE relkind WHEN 'S'
            THEN has_sequence_privilege('serving', oid, 'USAGE, SELECT, UPDATE') END";
    let granted: Vec<Granted> = diesel::sql_query(sql).load(&mut stage.raw()).unwrap();
    let names: Vec<&str> = granted.iter().map(|granted| &*granted.name).collect();
    assert_eq!(names, ["tenancy_tenants_id_seq"]);
}

/// The README's statement, with Olga's id.
fn appointing(olga: &str) -> String {
    let readme = include_str!("../../README.md");
    let (_, sql) = readme.split_once("<!-- the first operator -->").unwrap();
    let (_, sql) = sql.split_once("```sql").unwrap();
    let (sql, _) = sql.split_once("```").unwrap();
    let (before, rest) = sql.split_once('\'').unwrap();
    let (_, behind) = rest.split_once('\'').unwrap();
    let id = if cfg!(any(feature = "sqlite", feature = "mysql")) {
        format!("X'{}'", olga.replace('-', ""))
    } else {
        format!("'{olga}'")
    };
    format!("{before}{id}{behind}")
}

#[test]
fn who_sees_all_rows_makes_the_first_operator() {
    use diesel::connection::SimpleConnection;

    let (stage, db) = settled();
    let directory = Directory::new(&db);
    let come = |who| {
        directory
            .sign_in(&directory.logins(Provider), who, None)
            .unwrap()
    };
    let olga = come(ANNA);
    assert!(!olga.is_operator());
    let appointed = appointing(olga.subject().unwrap());
    stage.raw().batch_execute(&appointed).unwrap();
    assert!(come(ANNA).is_operator());
    assert!(!come(BEN).is_operator());
}
