//! The rows that a write returns, which are known only when it has run.

use super::*;

/// The client library would wait for ever for the rest of what the failed run returned.
#[test]
fn a_write_that_failed_while_it_returned_runs_again() {
    let stage = Stage::new();
    let unique = "ALTER TABLE logs ADD UNIQUE (tenant, name)";
    stage.owner().batch_execute(unique).unwrap();
    let (db, scope) = stage.anna();
    let mut session = db.session(&scope).unwrap();
    let logs = Repo::<Log>::new(&scope);
    let insert = |name: &str, session: &mut _| {
        let new = (logs::name.eq(name.to_owned()),);
        logs.insert(new)
            .returning(logs::name)
            .get_result::<String>(session)
    };
    insert("a", &mut session).unwrap();
    for _ in 0..2 {
        let taken = insert("a", &mut session);
        assert!(
            matches!(taken, Err(Error::UniqueViolation { .. })),
            "{taken:?}"
        );
    }
    insert("b", &mut session).unwrap();
    // Within a transaction the rest of it stays.
    let kept = session.transaction(|session| {
        insert("c", session)?;
        assert!(insert("c", session).is_err());
        insert("d", session)
    });
    assert_eq!(kept.unwrap(), "d");
    assert_eq!(
        logs.query()
            .count()
            .get_result::<i64>(&mut session)
            .unwrap(),
        4
    );
}

/// The run that is to be taken back would stay beside the one that counts.
#[test]
fn a_write_to_a_table_without_transactions_returns_nothing() {
    let stage = Stage::new();
    let engine = "ALTER TABLE marks DROP FOREIGN KEY of_log; ALTER TABLE logs ENGINE = MyISAM";
    stage.owner().batch_execute(engine).unwrap();
    let (db, scope) = stage.anna();
    let mut session = db.session(&scope).unwrap();
    let logs = Repo::<Log>::new(&scope);
    let before: i64 = logs.query().count().get_result(&mut session).unwrap();
    let written = logs
        .insert((logs::name.eq("a"),))
        .returning(logs::name)
        .get_result::<String>(&mut session);
    assert!(
        matches!(written, Err(Error::Transaction { .. })),
        "{written:?}"
    );
    let after: i64 = logs.query().count().get_result(&mut session).unwrap();
    assert_eq!(after, before + 1);
}
