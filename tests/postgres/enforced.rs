//! SQL of the application's own: only where the database enforces the scope.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Transport, catalog};

use crate::stage::*;

fn raw_names(raw: &mut PgConnection) -> tenancy::Result<Vec<String>> {
    // A query of the application's own, without a tenant in it.
    let names = items::table.select(items::name).order(items::id);
    Ok(names.load(raw)?)
}

/// Each transport, and a pooler.
fn each(stage: &Stage) -> [Db; 5] {
    [
        stage.open(Transport::Pooler, 1),
        stage.open(Transport::Direct, 1),
        stage.open(Transport::Nothing, 1),
        stage.open(Transport::Distributed, 1),
        stage.open_pooled(Transport::Pooler, 1),
    ]
}

#[test]
fn sql_without_a_tenant_stays_within_the_scope() {
    let stage = Stage::new();
    for db in each(&stage) {
        for tenant in [1, 2] {
            let scope = scope(&db, tenant);
            let mut session = db.session(&scope).unwrap();
            let seen = session.enforced(&tables(), raw_names).unwrap();
            assert_eq!(seen, ["Lamp", "Tent"]);
            let taken: tenancy::Result<usize> = session.enforced_writes(&tables(), |raw| {
                let taken = diesel::update(items::table).set(items::name.eq(items::name));
                Ok(taken.execute(raw)?)
            });
            assert_eq!(taken.unwrap(), 2);
        }
    }
}

#[test]
fn sql_that_reads_does_not_write() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let written: tenancy::Result<usize> = session.enforced(&tables(), |raw| {
        Ok(diesel::delete(items::table).execute(raw)?)
    });
    let error = written.unwrap_err().to_string();
    assert_eq!(
        error,
        "the database failed: cannot execute DELETE in a read-only transaction"
    );
}

#[test]
fn nothing_of_it_stays_on_the_connection() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    let mut session = db.session(&anna).unwrap();
    names(&anna, &mut session).unwrap();
    let set: tenancy::Result<()> = session.enforced_writes(&tables(), |raw| {
        Ok(raw.batch_execute("SET tenancy.tenant_id = '2'; DELETE FROM notes WHERE false")?)
    });
    set.unwrap();
    assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
    drop(session);
    for scope in [&ben, &anna] {
        let mut session = db.session(scope).unwrap();
        assert_eq!(names(scope, &mut session).unwrap(), ["Lamp", "Tent"]);
    }
}

#[test]
fn what_fails_in_it_is_taken_back() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let delete = |raw: &mut PgConnection| diesel::delete(notes::table).execute(raw);
    let failed: tenancy::Result<()> = session.enforced_writes(&tables(), |raw| {
        delete(raw)?;
        Err(Error::Forbidden)
    });
    assert!(matches!(failed, Err(Error::Forbidden)));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.enforced_writes(&tables(), |raw| -> tenancy::Result<()> {
            delete(raw)?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    let left_open: tenancy::Result<()> = session.enforced_writes(&tables(), |raw| {
        delete(raw)?;
        Ok(AnsiTransactionManager::begin_transaction(raw)?)
    });
    assert!(
        matches!(left_open, Err(Error::Transaction { .. })),
        "{left_open:?}"
    );
    let notes: i64 = Repo::<Note>::new(&anna)
        .query()
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(notes, 1);
    for sql in ["BEGIN; COMMIT; BEGIN", "ROLLBACK", "SAVEPOINT a"] {
        let left: tenancy::Result<()> = session.enforced_writes(&tables(), |raw| {
            delete(raw)?;
            Ok(raw.batch_execute(sql)?)
        });
        drop(left);
        let inside: tenancy::Result<i64> =
            session.enforced(&tables(), |raw| Ok(items::table.count().get_result(raw)?));
        assert_eq!(inside.unwrap(), 2, "{sql}");
    }
}

#[test]
fn within_a_transaction_it_is_refused() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let mut ran = false;
    let inner: tenancy::Result<()> = session.transaction(|session| {
        session.enforced(&tables(), |_| {
            ran = true;
            Ok(())
        })
    });
    assert!(matches!(inner, Err(Error::Transaction { .. })), "{inner:?}");
    assert!(!ran);
}

/// What makes the database enforce less, done by a superuser, and what is said then.
const UNCOVERED: [(&str, &str); 12] = [
    (
        "ALTER TABLE items DISABLE ROW LEVEL SECURITY",
        "\"items\" has no row security",
    ),
    (
        "ALTER TABLE items NO FORCE ROW LEVEL SECURITY",
        "\"items\" does not force its row security",
    ),
    ("DROP POLICY tenancy ON notes", "\"notes\" has no policy"),
    (
        "CREATE POLICY more ON items USING (true)",
        "\"items\" has another permissive policy",
    ),
    (
        "ALTER TABLE items OWNER TO serving",
        "\"items\" belongs to this role",
    ),
    (
        // Roles are the whole server's: this one owns nothing in other tests.
        "DO $$ BEGIN CREATE ROLE landlord; EXCEPTION WHEN OTHERS THEN NULL; END $$;
         GRANT landlord TO serving; ALTER TABLE categories OWNER TO landlord",
        "\"categories\" belongs to this role",
    ),
    (
        "GRANT TRUNCATE ON tags TO serving",
        "\"tags\" can be emptied by this role",
    ),
    (
        "GRANT UPDATE ON units TO serving",
        "\"units\" is everybody's, and this role may write to it",
    ),
    ("DROP TABLE words", "\"words\" is not there"),
    (
        // Under its own name it is another policy.
        "ALTER POLICY tenancy ON items USING (true)",
        "\"items\" has a policy that is not the catalog's",
    ),
    (
        "ALTER POLICY tenancy_insert ON tags WITH CHECK (true)",
        "\"tags\" has a policy that is not the catalog's",
    ),
    (
        "ALTER TABLE units RENAME TO old; CREATE VIEW units AS TABLE old",
        "\"units\" is not a table",
    ),
];

#[test]
fn it_is_refused_where_the_database_does_not_enforce_the_scope() {
    for (sql, told) in UNCOVERED {
        let stage = Stage::new();
        stage.raw().batch_execute(sql).unwrap();
        let db = stage.open(Transport::Direct, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let mut ran = false;
        let refused: tenancy::Result<()> = session.enforced(&tables(), |_| {
            ran = true;
            Ok(())
        });
        let error = refused.unwrap_err();
        assert!(
            matches!(error, Error::NotEnforced { .. }),
            "{sql}: {error:?}"
        );
        assert!(error.to_string().ends_with(told), "{sql}: {error}");
        assert!(!ran);
    }
}

#[test]
fn l_86_a_role_above_row_security_is_refused() {
    let stage = Stage::new();
    let member = format!("may_become_operator_{}", stage.name());
    let make = format!("CREATE ROLE {member} LOGIN; GRANT serving, operator TO {member}");
    stage.raw().batch_execute(&make).unwrap();
    for role in ["postgres", "operator", "owner", &member] {
        let db = stage.open_as(role);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let refused: tenancy::Result<()> = session.enforced(&tables(), |_| Ok(()));
        assert!(matches!(refused, Err(Error::NotEnforced { .. })), "{role}");
    }
    let end = format!("DROP ROLE {member}");
    stage.raw().batch_execute(&end).unwrap();
}

#[test]
fn a_table_that_is_left_unguarded_on_purpose_is_not_enforced() {
    let stage = Stage::new();
    let catalog = catalog![Category, Item].without_row_security::<Item>();
    let protection = catalog.protection("serving").unwrap();
    assert!(
        !protection
            .steps()
            .iter()
            .any(|step| step.table == "items" && step.what == "row security")
    );
    let unguarded = "ALTER TABLE items DISABLE ROW LEVEL SECURITY";
    stage.owner().batch_execute(unguarded).unwrap();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let refused: tenancy::Result<()> = session.enforced(&catalog, |_| Ok(()));
    assert!(
        matches!(refused, Err(Error::NotEnforced { .. })),
        "{refused:?}"
    );
}
