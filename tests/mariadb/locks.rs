//! Locks that are shared, which MariaDB has other words for.

use diesel::connection::SimpleConnection;
use tenancy::Error;
use tenancy::prelude::*;

use crate::{Log, Stage, logs};

#[test]
fn rows_are_locked_together() {
    let stage = Stage::new();
    let mut other = stage.owner();
    other
        .batch_execute(
            "INSERT INTO logs (tenant, name) VALUES ('anna', 'first'), ('anna', 'second'),
                ('ben', 'first')",
        )
        .unwrap();
    let (db, anna) = stage.anna();
    let mut session = db.session(&anna).unwrap();
    let query = || {
        let rows = Repo::<Log>::new(&anna).query();
        rows.select(logs::name).order(logs::id)
    };
    let shared = "START TRANSACTION; SELECT * FROM logs WHERE id = 1 LOCK IN SHARE MODE";
    other.batch_execute(shared).unwrap();
    let names: Vec<String> = query().for_share().load(&mut session).unwrap();
    assert_eq!(names, ["first", "second"]);
    let alone = "COMMIT; START TRANSACTION; SELECT * FROM logs WHERE id = 1 FOR UPDATE";
    other.batch_execute(alone).unwrap();
    let names: Vec<String> = query()
        .for_share()
        .skip_locked()
        .load(&mut session)
        .unwrap();
    assert_eq!(names, ["second"]);
    let waits = query().for_share().no_wait().load::<String>(&mut session);
    assert!(matches!(waits, Err(Error::Locked)), "{waits:?}");
    other.batch_execute("COMMIT").unwrap();
}
