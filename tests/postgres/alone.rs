//! A connection in a transaction that was begun as SQL is refused, and stays in it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::{Error, Result};

use crate::stage::*;

fn inspect(conn: &mut PgConnection) -> Result<()> {
    tables().inspect(conn).map(|_| ())
}

fn pending(conn: &mut PgConnection) -> Result<()> {
    tables().pending(conn, "serving").map(|_| ())
}

fn protect(conn: &mut PgConnection) -> Result<()> {
    tables().protect(conn, "serving").map(|_| ())
}

const ALL: [fn(&mut PgConnection) -> Result<()>; 3] = [inspect, pending, protect];

fn count(conn: &mut PgConnection) -> i64 {
    units::table.count().get_result(conn).unwrap()
}

#[test]
fn a_transaction_begun_by_sql_is_not_ended() {
    let stage = Stage::new();
    for (at, work) in ALL.into_iter().enumerate() {
        let before = count(&mut stage.raw());
        for ends in ["ROLLBACK", "COMMIT"] {
            let mut owner = stage.owner();
            let begin = "BEGIN; INSERT INTO units (name) VALUES ('kg')";
            owner.batch_execute(begin).unwrap();
            let refused = work(&mut owner);
            assert!(
                matches!(refused, Err(Error::Transaction { .. })),
                "{at}: {refused:?}"
            );
            assert_eq!(count(&mut owner), before + 1, "{at}");
            assert_eq!(count(&mut stage.raw()), before, "{at}: it is open still");
            owner.batch_execute(ends).unwrap();
        }
        assert_eq!(
            count(&mut stage.raw()),
            before + 1,
            "{at}: one was committed"
        );
    }
}

#[test]
fn one_begun_by_diesel_goes_on() {
    let stage = Stage::new();
    for work in ALL {
        let mut owner = stage.owner();
        owner.batch_execute("SET tenancy.tenant_id = ''").unwrap();
        let kept: Result<()> = owner.transaction(|conn| {
            conn.batch_execute("INSERT INTO units (name) VALUES ('kg')")?;
            work(conn)
        });
        kept.unwrap();
        work(&mut owner).unwrap();
        work(&mut owner).unwrap();
    }
    assert_eq!(count(&mut stage.raw()), 4);
}
