//! SQL of the application's own is refused where the role can get round row security, by whatever
//! it can become.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::{Error, Result, Transport};

use crate::stage::*;

const AROUND: &str = "replicate, or get at files of the server, or can become one that can";
const PART: &str = "\"items\" has a part that is open to this role by its own name";
const EMPTIED: &str = "\"items\" has a part that this role may empty or owns";
const SCHEMA: &str = "is in a schema that this role may change";
const GLOBAL: &str = "\"units\" is everybody's, and this role may write to it";

/// What a superuser gives to the role that serves, `{a}`, or to one that it can become only by
/// `SET ROLE`, `{b}`.
const GIVEN: [(&str, &str); 28] = [
    ("ALTER ROLE {a} CREATEROLE", AROUND),
    ("ALTER ROLE {b} CREATEROLE", AROUND),
    ("ALTER ROLE {a} REPLICATION", AROUND),
    ("ALTER ROLE {b} REPLICATION", AROUND),
    ("GRANT pg_read_server_files TO {a}", AROUND),
    ("GRANT pg_write_server_files TO {b}", AROUND),
    ("GRANT pg_execute_server_program TO {b}", AROUND),
    ("ALTER ROLE {b} BYPASSRLS", "or can become one that is"),
    (
        "ALTER TABLE tags OWNER TO {b}",
        "\"tags\" belongs to this role",
    ),
    (
        "GRANT TRUNCATE ON notes TO {b}",
        "\"notes\" can be emptied by this role",
    ),
    ("GRANT DELETE ON units TO {b}", GLOBAL),
    ("GRANT UPDATE (name) ON units TO {a}", GLOBAL),
    ("GRANT INSERT (name) ON units TO {b}", GLOBAL),
    (
        "CREATE POLICY seers ON items FOR SELECT TO {b} USING (true)",
        "\"items\" has another permissive policy",
    ),
    ("ALTER SCHEMA public OWNER TO {a}", SCHEMA),
    (
        // An owner can give itself what was taken from it.
        "ALTER SCHEMA public OWNER TO {b}; REVOKE ALL ON SCHEMA public FROM {b}",
        SCHEMA,
    ),
    ("GRANT CREATE ON SCHEMA public TO {a}", SCHEMA),
    ("GRANT CREATE ON SCHEMA public TO {b}", SCHEMA),
    ("ALTER DATABASE {database} OWNER TO {b}", SCHEMA),
    ("{child}; GRANT SELECT ON old TO {a}", PART),
    ("{child}; GRANT SELECT (name) ON old TO {b}", PART),
    ("{child}; GRANT DELETE ON old TO {b}", PART),
    (
        "{child}; GRANT SELECT ON old TO {a}; ALTER TABLE old ENABLE ROW LEVEL SECURITY;
         CREATE POLICY tenancy ON old USING (true)",
        PART,
    ),
    (
        "{child}; CREATE TABLE older () INHERITS (old); GRANT SELECT ON older TO {a}",
        PART,
    ),
    (
        // Who reads the parent reads the rows of its children, under its policies.
        "CREATE TABLE whole (LIKE items); ALTER TABLE items INHERIT whole;
         GRANT SELECT ON whole TO {a}",
        PART,
    ),
    (
        "{child}; ALTER TABLE old OWNER TO {b}; REVOKE ALL ON old FROM {b}",
        EMPTIED,
    ),
    ("{child}; GRANT TRUNCATE ON old TO {a}", EMPTIED),
    ("{child}; GRANT TRUNCATE ON old TO {b}", EMPTIED),
];

/// What is no way round.
const HARMLESS: [&str; 3] = [
    "SELECT 1",
    "GRANT SELECT ON items, units TO {b}",
    "CREATE SCHEMA theirs AUTHORIZATION {b}",
];

/// A stage, and its role that serves, to which was given something.
fn given(sql: &str) -> (Stage, String) {
    let stage = Stage::new();
    let (a, b) = (stage.role(), stage.role());
    let sql = sql
        .replace("{child}", "CREATE TABLE old () INHERITS (items)")
        .replace("{a}", &a)
        .replace("{b}", &b)
        .replace("{database}", stage.name());
    // A role that does not inherit has rights of its own only.
    let make = format!(
        "ALTER ROLE {a} NOINHERIT; GRANT serving, {b} TO {a};
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO {a}; {sql}"
    );
    stage.raw().batch_execute(&make).unwrap();
    (stage, a)
}

fn enforced(db: &Db) -> Result<i64> {
    let anna = scope(db, 1);
    let mut session = db.session(&anna).unwrap();
    session.enforced(&tables(), |raw| Ok(units::table.count().get_result(raw)?))
}

#[test]
fn a_role_that_can_get_round_row_security_is_refused() {
    for (sql, told) in GIVEN {
        let (stage, role) = given(sql);
        let refused = enforced(&stage.open_as(&role));
        let Err(error @ Error::NotEnforced { .. }) = refused else {
            panic!("{sql}: {refused:?}");
        };
        assert!(error.to_string().ends_with(told), "{sql}: {error}");
    }
}

#[test]
fn a_role_that_cannot_is_not() {
    for sql in HARMLESS {
        let (stage, role) = given(sql);
        assert_eq!(enforced(&stage.open_as(&role)).unwrap(), 1, "{sql}");
    }
}

/// `RESET ROLE` leads back to it.
#[test]
fn who_signed_in_counts_beside_the_role_that_was_set() {
    let stage = Stage::new();
    let harmless = stage.role();
    let grant = format!("GRANT serving TO {harmless}");
    stage.raw().batch_execute(&grant).unwrap();
    for (role, is_bound) in [("postgres", false), (&*harmless, true)] {
        let db = stage.open_as_with(role, Transport::Direct, "SET ROLE serving");
        let ran = enforced(&db);
        assert_eq!(ran.is_ok(), is_bound, "{role}: {ran:?}");
    }
}
