//! How the tenant comes to the database: in how many round trips, and what stays behind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Transport};

use crate::stage::*;
use crate::support::{record, sent_by};

const SET_ANNA: &str = "SET tenancy.tenant_id = '1'";
const SET_BEN: &str = "SET tenancy.tenant_id = '2'";
const BEGIN_AND_SET: &str = "BEGIN; SET tenancy.tenant_id = '1'";
const BEGIN_ANNA: &str = "BEGIN; SET LOCAL tenancy.tenant_id = '1'";

/// Each transport that row security can work with, and connections of both kinds.
fn each(what: impl Fn(Db)) {
    let stage = Stage::new();
    what(stage.open(Transport::Pooler, 2));
    what(stage.open(Transport::PreparingPooler, 2));
    what(stage.open(Transport::Direct, 2));
    what(stage.open(Transport::Distributed, 2));
    what(stage.open_pooled(Transport::Pooler, 2));
}

#[test]
fn each_tenant_sees_its_rows() {
    each(|db| {
        for tenant in [1, 2, 1] {
            let scope = scope(&db, tenant);
            let mut session = db.session(&scope).unwrap();
            assert_eq!(names(&scope, &mut session).unwrap(), ["Lamp", "Tent"]);
            let one_by_one = Repo::<Item>::new(&scope)
                .query()
                .load_iter::<Item>(&mut session)
                .unwrap();
            assert_eq!(one_by_one.filter(Result::is_ok).count(), 2);
        }
    });
}

#[test]
fn a_transaction_tells_the_tenant_in_the_round_trip_of_its_begin() {
    record();
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let read_twice = |session: &mut Session<PgConnection>| -> tenancy::Result<()> {
            session.transaction(|session| {
                names(&anna, session)?;
                names(&anna, session)?;
                Ok(())
            })
        };
        let (done, sent) = sent_by(|| read_twice(&mut session));
        done.unwrap();
        let direct = transport == Transport::Direct;
        assert_eq!(sent[0], if direct { BEGIN_AND_SET } else { BEGIN_ANNA });
        let (done, sent) = sent_by(|| read_twice(&mut session));
        done.unwrap();
        // A direct connection has it from the first one.
        let begin = if direct { "BEGIN" } else { BEGIN_ANNA };
        assert_eq!(sent, [begin, "SELECT", "SELECT", "COMMIT"]);
    }
}

#[test]
fn a_transaction_leaves_its_tenant_on_a_direct_connection_if_it_is_committed() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    let within = |scope: &TenantScope<i64>, end: tenancy::Result<()>| {
        let mut session = db.session(scope).unwrap();
        let done = session.transaction(|session| {
            assert_eq!(names(scope, session)?, ["Lamp", "Tent"]);
            end
        });
        drop(done);
        let (seen, sent) = sent_by(|| names(scope, &mut session).unwrap());
        assert_eq!(seen, ["Lamp", "Tent"]);
        sent
    };
    // What an inner one was told goes with the outer one.
    let mut session = db.session(&anna).unwrap();
    let outer: tenancy::Result<()> = session.transaction(|session| {
        let inner: tenancy::Result<_> = session.transaction(|session| names(&anna, session));
        assert_eq!(inner?, ["Lamp", "Tent"]);
        Err(Error::NotFound)
    });
    assert!(outer.is_err());
    assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
    drop(session);
    for _ in 0..2 {
        assert_eq!(within(&anna, Ok(())), ["SELECT"]);
        assert_eq!(within(&anna, Err(Error::NotFound)), [SET_ANNA, "SELECT"]);
        assert_eq!(within(&ben, Err(Error::NotFound)), [SET_BEN, "SELECT"]);
        assert_eq!(within(&ben, Ok(())), ["SELECT"]);
    }
}

#[test]
fn a_direct_connection_that_has_the_tenant_is_told_nothing() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let (_, sent) = sent_by(|| names(&anna, &mut session).unwrap());
    assert_eq!(sent, [SET_ANNA, "SELECT", "PREPARE"]);
    let (_, sent) = sent_by(|| names(&anna, &mut session).unwrap());
    assert_eq!(sent, ["SELECT"]);
    drop(session);
    let mut session = db.session(&anna).unwrap();
    let (_, sent) = sent_by(|| names(&anna, &mut session).unwrap());
    assert_eq!(sent, ["SELECT"]);
}

#[test]
fn a_direct_connection_is_told_another_tenant_once() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    names(&anna, &mut db.session(&anna).unwrap()).unwrap();
    let mut session = db.session(&ben).unwrap();
    let (found, sent) = sent_by(|| names(&ben, &mut session).unwrap());
    assert_eq!(found, ["Lamp", "Tent"]);
    assert_eq!(sent, [SET_BEN, "SELECT"]);
}

#[test]
fn a_session_takes_the_connection_that_has_its_tenant() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 2);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    let (mut annas, mut bens) = (db.session(&anna).unwrap(), db.session(&ben).unwrap());
    names(&anna, &mut annas).unwrap();
    names(&ben, &mut bens).unwrap();
    drop((annas, bens));
    for _ in 0..3 {
        for scope in [&anna, &ben, &ben, &anna] {
            let mut session = db.session(scope).unwrap();
            let (found, sent) = sent_by(|| names(scope, &mut session).unwrap());
            assert_eq!(found, ["Lamp", "Tent"]);
            assert_eq!(sent, ["SELECT"]);
        }
    }
}

#[test]
fn behind_a_pooler_each_statement_is_in_a_transaction_and_unnamed() {
    record();
    let stage = Stage::new();
    let db = stage.open_pooled(Transport::Pooler, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    for _ in 0..2 {
        let (_, sent) = sent_by(|| names(&anna, &mut session).unwrap());
        assert_eq!(sent, [BEGIN_ANNA, "SELECT", "COMMIT"]);
    }
}

#[test]
fn a_read_only_scope_has_read_only_transactions() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Pooler, 1);
    let anna = scope(&db, 1).read_only();
    let mut session = db.session(&anna).unwrap();
    let (count, sent) = sent_by(|| {
        let items = Repo::<Item, _>::new(&anna).query();
        items.count().get_result::<i64>(&mut session).unwrap()
    });
    assert_eq!(count, 2);
    assert_eq!(
        sent[0],
        "BEGIN READ ONLY; SET LOCAL tenancy.tenant_id = '1'"
    );
}

/// What a session does that makes its connection's tenant uncertain.
type Mishap = fn(&TenantScope<i64>, &mut Session<PgConnection>);

fn an_error(anna: &TenantScope<i64>, session: &mut Session<PgConnection>) {
    let items = Repo::<Item>::new(anna);
    let twice = items.insert((items::name.eq("Lamp"), items::category_id.eq(1)));
    let refused = twice.execute(session);
    assert!(
        matches!(refused, Err(Error::UniqueViolation { .. })),
        "{refused:?}"
    );
}

fn an_error_while_iterating(anna: &TenantScope<i64>, session: &mut Session<PgConnection>) {
    let items = Repo::<Item>::new(anna).query();
    let by_zero = items.filter((items::id / 0_i64).eq(1_i64));
    assert!(by_zero.load_iter::<Item>(session).is_err());
}

fn a_rollback(_: &TenantScope<i64>, session: &mut Session<PgConnection>) {
    let back: tenancy::Result<()> = session.transaction(|_| Err(Error::NotFound));
    assert!(back.is_err());
}

fn a_panic(_: &TenantScope<i64>, session: &mut Session<PgConnection>) {
    let caught = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|_| -> tenancy::Result<()> { panic!("on purpose") })
    }));
    assert!(caught.is_err());
}

#[test]
fn what_is_remembered_is_forgotten_at_any_mishap() {
    record();
    let mishaps: [Mishap; 4] = [an_error, an_error_while_iterating, a_rollback, a_panic];
    let stage = Stage::new();
    for mishap in mishaps {
        let db = stage.open(Transport::Direct, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        names(&anna, &mut session).unwrap();
        mishap(&anna, &mut session);
        let (found, sent) = sent_by(|| names(&anna, &mut session).unwrap());
        assert_eq!(found, ["Lamp", "Tent"]);
        assert_eq!(sent, [SET_ANNA, "SELECT"]);
        mishap(&anna, &mut session);
        drop(session);
        let mut session = db.session(&anna).unwrap();
        let (_, sent) = sent_by(|| names(&anna, &mut session).unwrap());
        assert_eq!(sent, [SET_ANNA, "SELECT"]);
    }
}

#[test]
fn a_transaction_that_is_committed_forgets_nothing() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    names(&anna, &mut session).unwrap();
    let read: tenancy::Result<_> = session.transaction(|session| names(&anna, session));
    read.unwrap();
    let (_, sent) = sent_by(|| names(&anna, &mut session).unwrap());
    assert_eq!(sent, ["SELECT"]);
}

/// An authenticator that looks at the tenant of its connection.
struct Looks;

impl tenancy::Authenticator<PgConnection> for Looks {
    type Credential<'a> = ();
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut PgConnection,
        (): (),
    ) -> Result<tenancy::Claims<i64>, tenancy::AuthError> {
        let seen: i64 = items::table.count().get_result(conn).unwrap();
        assert_eq!(seen, 0);
        Ok(tenancy::Claims::new(1))
    }
}

#[test]
fn an_authenticator_sees_no_tenants_rows() {
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        names(&anna, &mut db.session(&anna).unwrap()).unwrap();
        db.authenticate(&Looks, ()).unwrap();
        let mut session = db.session(&anna).unwrap();
        assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
    }
}

/// The setting and the predicate must agree: a stale setting hides rows, and shows none.
#[test]
fn a_setting_of_another_tenant_hides_the_rows() {
    let stage = Stage::new();
    let db = stage.open(Transport::Nothing, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    assert_eq!(names(&anna, &mut session).unwrap(), [""; 0]);
    let stale = stage.stale(2);
    let anna = scope(&stale, 1);
    let mut session = stale.session(&anna).unwrap();
    assert_eq!(names(&anna, &mut session).unwrap(), [""; 0]);
    let items = Repo::<Item>::new(&anna);
    let written = items
        .insert((items::name.eq("Rope"), items::category_id.eq(1)))
        .execute(&mut session);
    let Err(Error::RowSecurity { table }) = written else {
        panic!("{written:?}");
    };
    assert_eq!(table.as_deref(), Some("items"));
    let changed = items.update(items.query()).set(items::name.eq("Rope"));
    assert_eq!(changed.execute(&mut session).unwrap(), 0);
    assert_eq!(
        items.delete(items.query()).execute(&mut session).unwrap(),
        0
    );
}

/// The messages of a distributed engine's coordinator, which passes each on as a whole.
#[test]
fn l_48_for_a_distributed_engine_the_tenant_has_a_message_of_its_own() {
    record();
    let stage = Stage::new();
    for db in [
        stage.open(Transport::Distributed, 1),
        stage.open_pooled(Transport::Distributed, 1),
    ] {
        for (tenant, told) in [
            (1, "SET LOCAL tenancy.tenant_id = '1'"),
            (2, "SET LOCAL tenancy.tenant_id = '2'"),
        ] {
            let scope = scope(&db, tenant);
            let mut session = db.session(&scope).unwrap();
            let (found, sent) = sent_by(|| names(&scope, &mut session).unwrap());
            assert_eq!(found, ["Lamp", "Tent"]);
            assert_eq!(sent, ["BEGIN", told, "SELECT", "COMMIT"]);
            let twice = |session: &mut Session<PgConnection>| -> tenancy::Result<()> {
                session.transaction(|session| {
                    names(&scope, session)?;
                    session.transaction(|session| names(&scope, session).map(drop))
                })
            };
            let (done, sent) = sent_by(|| twice(&mut session));
            done.unwrap();
            assert_eq!(sent[..3], ["BEGIN", told, "SELECT"], "{sent:?}");
            let settings = sent
                .iter()
                .filter(|text| text.contains("tenancy.tenant_id"));
            assert_eq!(settings.count(), 1, "{sent:?}");
        }
        // Nothing stays on the connection.
        let (_, sent) = sent_by(|| db.inspect(&tables()).unwrap());
        let is_taken_away = |text: &String| text.starts_with("SET tenancy.tenant_id");
        assert!(!sent.iter().any(is_taken_away), "{sent:?}");
    }
}

#[test]
fn a_read_only_scope_has_read_only_transactions_on_a_distributed_engine_too() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::Distributed, 1);
    let anna = scope(&db, 1).read_only();
    let mut session = db.session(&anna).unwrap();
    let (count, sent) = sent_by(|| {
        let items = Repo::<Item, _>::new(&anna).query();
        items.count().get_result::<i64>(&mut session).unwrap()
    });
    assert_eq!(count, 2);
    assert_eq!(
        sent[..2],
        ["BEGIN READ ONLY", "SET LOCAL tenancy.tenant_id = '1'"]
    );
}

/// What a pooler that knows prepared statements is for: the second time nothing is prepared, and
/// each statement still has the tenant in a transaction of its own.
#[test]
fn a_preparing_pooler_is_told_each_time_and_prepares_once() {
    record();
    let stage = Stage::new();
    let db = stage.open(Transport::PreparingPooler, 1);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    names(&anna, &mut db.session(&anna).unwrap()).unwrap();
    for scope in [&ben, &anna] {
        let mut session = db.session(scope).unwrap();
        let (read, sent) = sent_by(|| names(scope, &mut session));
        assert_eq!(read.unwrap(), ["Lamp", "Tent"]);
        assert_eq!(sent.len(), 3, "{sent:?}");
        assert_eq!(sent[1], "SELECT");
    }
}
