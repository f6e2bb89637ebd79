//! SQL of the application's own that ends the transaction it was given, and leaves another open.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Result, Transport};

use crate::stage::*;

type Way = fn(&mut PgConnection) -> Result<()>;

const HALF: &str = "SET LOCAL tenancy.tenant_id = '1'; UPDATE items SET name = 'half' WHERE id = 1";

/// Begins another transaction, by SQL, and writes in it.
fn begin(raw: &mut PgConnection) -> Result<()> {
    Ok(raw.batch_execute(&format!("BEGIN; {HALF}"))?)
}

/// The same behind this SQL, in one message.
fn behind(raw: &mut PgConnection, sql: &str) -> Result<()> {
    Ok(raw.batch_execute(&format!("{sql}; {HALF}"))?)
}

/// diesel learns of an error that there is no transaction.
fn fails(raw: &mut PgConnection) {
    assert!(raw.batch_execute("SELECT 1/0").is_err());
}

const WAYS: [(&str, Way); 12] = [
    ("diesel's commit", |raw| {
        AnsiTransactionManager::commit_transaction(raw)?;
        begin(raw)
    }),
    ("diesel's rollback", |raw| {
        AnsiTransactionManager::rollback_transaction(raw)?;
        begin(raw)
    }),
    ("a commit", |raw| {
        raw.batch_execute("COMMIT")?;
        begin(raw)
    }),
    ("a commit, a failure", |raw| {
        raw.batch_execute("COMMIT")?;
        fails(raw);
        begin(raw)
    }),
    ("a rollback, a failure", |raw| {
        raw.batch_execute("ROLLBACK")?;
        fails(raw);
        begin(raw)
    }),
    ("a failure, a rollback", |raw| {
        fails(raw);
        behind(raw, "ROLLBACK; BEGIN")
    }),
    ("a commit in one message", |raw| {
        behind(raw, "COMMIT; BEGIN")
    }),
    ("a rollback in one message", |raw| {
        behind(raw, "ROLLBACK; BEGIN")
    }),
    ("a chain", |raw| behind(raw, "COMMIT AND CHAIN")),
    ("a failed chain", |raw| {
        fails(raw);
        behind(raw, "ROLLBACK AND CHAIN")
    }),
    ("a transaction of diesel's tests", |raw| {
        AnsiTransactionManager::commit_transaction(raw)?;
        raw.begin_test_transaction()?;
        Ok(raw.batch_execute(HALF)?)
    }),
    ("a savepoint of diesel's", |raw| {
        AnsiTransactionManager::begin_transaction(raw)?;
        Ok(raw.batch_execute(HALF)?)
    }),
];

/// How the closure ends behind it.
const ENDS: [Way; 3] = [
    |_| Ok(()),
    |_| Err(Error::Forbidden),
    |_| panic!("on purpose"),
];

fn named(stage: &Stage, name: &str) -> i64 {
    let of = items::table.filter(items::name.eq(name));
    of.count().get_result(&mut stage.raw()).unwrap()
}

/// Writes and looks from outside: what was written is committed.
fn check_writes(stage: &Stage, scope: &TenantScope<i64>, session: &mut Session<PgConnection>) {
    let name = format!("new {}", named(stage, "half"));
    let of = (
        items::name.eq(name.as_str()),
        items::category_id.eq(*tenancy::Scope::key(scope)),
    );
    let items = Repo::<Item>::new(scope);
    let row: Item = items.insert(of).get_result(session).unwrap();
    assert_eq!(named(stage, &name), 1);
    items.delete(row.id).execute(session).unwrap();
    assert_eq!(named(stage, &name), 0);
}

#[test]
fn no_transaction_stays_open() {
    let stage = Stage::new();
    for db in [
        stage.open(Transport::Direct, 1),
        stage.open(Transport::Pooler, 1),
        stage.open(Transport::Distributed, 1),
        stage.open_pooled(Transport::Pooler, 1),
    ] {
        let (anna, ben) = (scope(&db, 1), scope(&db, 2));
        for (what, way) in WAYS {
            for end in ENDS {
                let mut session = db.session(&anna).unwrap();
                let left = catch_unwind(AssertUnwindSafe(|| {
                    session.enforced_writes(&tables(), |raw| {
                        way(raw)?;
                        end(raw)
                    })
                }));
                assert!(!matches!(left, Ok(Ok(()))), "{what}: {left:?}");
                check_writes(&stage, &anna, &mut session);
                drop(session);
                check_writes(&stage, &ben, &mut db.session(&ben).unwrap());
                assert_eq!(named(&stage, "half"), 0, "{what}");
            }
        }
    }
}

#[test]
fn who_ends_the_transaction_is_told() {
    let stage = Stage::new();
    for transport in [Transport::Direct, Transport::Pooler, Transport::Distributed] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        for (what, way) in WAYS {
            let left = session.enforced_writes(&tables(), way);
            assert!(
                matches!(left, Err(Error::Transaction { .. })),
                "{what}: {left:?}"
            );
        }
        // What reads only does not write by this.
        let wrote = session.enforced(&tables(), |raw| behind(raw, "COMMIT; BEGIN READ WRITE"));
        assert!(matches!(wrote, Err(Error::Transaction { .. })), "{wrote:?}");
        assert_eq!(named(&stage, "half"), 0);
    }
}
