//! Ways in which rows crossed from tenant to tenant past row security, pools and savepoints, one
//! test each: `docs/leaks.md` says what leaked, by the same numbers. The role owns nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error, Transport};

use crate::stage::*;
use crate::support::{record, sent_by};

type Conn = Session<PgConnection>;

/// Looks at a connection of nobody's, and may leave something on it.
struct Nobody(&'static str);

/// What is seen there: the tenant that it has, and the items.
type Seen = (Option<String>, i64);

impl Authenticator<PgConnection> for Nobody {
    type Credential<'a> = &'a mut Seen;
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut PgConnection,
        seen: &mut Seen,
    ) -> Result<Claims<i64>, AuthError> {
        let tenant = "SELECT nullif(current_setting('tenancy.tenant_id', true), '')";
        seen.0 = diesel::dsl::sql::<Nullable<Text>>(tenant).get_result(conn)?;
        seen.1 = items::table.count().get_result(conn)?;
        conn.batch_execute(self.0)?;
        Ok(Claims::new(99))
    }
}

/// Whose the connection is that comes out of the pool next: nobody's.
fn check_pool(db: &Db) {
    let mut seen = (None, 1);
    db.authenticate(&Nobody("SET work_mem TO DEFAULT"), &mut seen)
        .unwrap();
    assert_eq!(seen, (None, 0));
}

/// The own items, of Anna odd ones and of Ben even ones.
fn check_rows(scope: &TenantScope<i64>, session: &mut Conn, tenant: i64) {
    let ids = Repo::<Item>::new(scope)
        .query()
        .select(items::id)
        .order(items::id)
        .load::<i64>(session)
        .unwrap();
    assert_eq!(ids, [tenant, tenant + 2]);
}

fn fails(session: &mut Conn) {
    let failed: tenancy::Result<()> = session.transaction(|_| Err(Error::Forbidden));
    assert!(failed.is_err());
}

fn panics(session: &mut Conn) {
    let caught = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|session| -> tenancy::Result<()> {
            session.transaction(|_| panic!("on purpose"))
        })
    }));
    assert!(caught.is_err());
}

fn does_nothing(_: &mut Conn) {}

const ENDS: [fn(&mut Conn); 3] = [does_nothing, fails, panics];

#[test]
fn l_44_l_45_nothing_comes_back_with_a_connection() {
    let stage = Stage::new();
    for db in [
        stage.open(Transport::Pooler, 1),
        stage.open(Transport::Direct, 1),
        stage.open_pooled(Transport::Pooler, 1),
    ] {
        for end in ENDS {
            for tenant in [1, 2] {
                let scope = scope(&db, tenant);
                let mut session = db.session(&scope).unwrap();
                check_rows(&scope, &mut session, tenant);
                end(&mut session);
                drop(session);
                check_pool(&db);
            }
        }
    }
}

#[test]
fn l_44_a_thread_that_ends_in_a_panic_leaves_nothing() {
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let (anna, ben) = (scope(&db, 1), scope(&db, 2));
        let of_the_thread = db.clone();
        let ended = std::thread::spawn(move || {
            let mut session = of_the_thread.session(&anna).unwrap();
            check_rows(&anna, &mut session, 1);
            let _: tenancy::Result<()> = session.transaction(|_| panic!("on purpose"));
        })
        .join();
        assert!(ended.is_err());
        check_pool(&db);
        check_rows(&ben, &mut db.session(&ben).unwrap(), 2);
    }
}

/// What a session sets behind a pooler of transactions is on a connection that is another
/// client's a moment later.
#[test]
fn l_45_a_session_setting_behind_a_pooler_shows_no_foreign_row() {
    let stage = Stage::new();
    let db = stage.open_pooled(Transport::Direct, 2);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    let (mut annas, mut bens) = (db.session(&anna).unwrap(), db.session(&ben).unwrap());
    let ids = |scope: &TenantScope<i64>, session: &mut Conn| -> Vec<i64> {
        let rows = Repo::<Item>::new(scope).query().select(items::id);
        rows.load(session).unwrap_or_default()
    };
    for _ in 0..4 {
        assert!(ids(&anna, &mut annas).iter().all(|id| id % 2 == 1));
        assert!(ids(&ben, &mut bens).iter().all(|id| id % 2 == 0));
    }
}

#[test]
fn l_47_a_savepoint_that_is_rolled_back_takes_no_tenant_along() {
    record();
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let ben = scope(&db, 2);
        let mut session = db.session(&ben).unwrap();
        check_rows(&ben, &mut session, 2);
        let done: tenancy::Result<()> = session.transaction(|session| {
            for end in ENDS {
                end(session);
                check_rows(&ben, session, 2);
            }
            Ok(())
        });
        done.unwrap();
        let ((), sent) = sent_by(|| check_rows(&ben, &mut session, 2));
        match transport {
            Transport::Direct => assert_eq!(sent, ["SELECT"]),
            _ => assert_eq!(sent.len(), 3, "{sent:?}"),
        }
    }
}

#[test]
fn l_49_l_99_a_cached_plan_serves_each_tenant_its_own_rows() {
    record();
    let stage = Stage::new();
    let db = stage.open_with(
        Transport::Direct,
        "SET plan_cache_mode = force_generic_plan",
    );
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    check_rows(&anna, &mut db.session(&anna).unwrap(), 1);
    for _ in 0..8 {
        for (scope, tenant) in [(&ben, 2), (&anna, 1)] {
            let mut session = db.session(scope).unwrap();
            let ((), sent) = sent_by(|| check_rows(scope, &mut session, tenant));
            // It is told the tenant, and prepares nothing anew.
            assert_eq!(sent[1..], ["SELECT"]);
        }
    }
}

/// A unique key that another tenant has filled is free, and a violation tells no value.
#[test]
fn l_93_a_unique_key_tells_nothing_of_others() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 2);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    for (scope, tenant) in [(&ben, 2), (&anna, 1)] {
        let items = Repo::<Item>::new(scope);
        let mut session = db.session(scope).unwrap();
        let mut insert = || {
            items
                .insert((items::name.eq("a secret"), items::category_id.eq(tenant)))
                .execute(&mut session)
        };
        insert().unwrap();
        let again = insert().unwrap_err();
        assert!(
            !format!("{again} {again:?}").contains("secret"),
            "{again:?}"
        );
    }
}

/// Row security does not stop SQL that changes the setting. What it changes is gone with it.
#[test]
fn l_97_a_setting_that_sql_has_changed_is_gone_with_it() {
    let stage = Stage::new();
    let set = "SET tenancy.tenant_id = '2'";
    for db in [
        stage.open(Transport::Pooler, 1),
        stage.open(Transport::Direct, 1),
        stage.open(Transport::Nothing, 1),
        stage.open_pooled(Transport::Pooler, 1),
    ] {
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let changed: tenancy::Result<()> =
            session.enforced_writes(&tables(), |raw| Ok(raw.batch_execute(set)?));
        changed.unwrap();
        drop(session);
        check_pool(&db);
        let failed: tenancy::Result<()> =
            db.session(&anna)
                .unwrap()
                .enforced_writes(&tables(), |raw| {
                    raw.batch_execute(set)?;
                    Err(Error::Forbidden)
                });
        assert!(failed.is_err());
        check_pool(&db);
    }
}

/// And typed statements have the tenant in their own text.
#[test]
fn l_97_a_typed_statement_is_of_its_tenant_whatever_the_setting_says() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut seen = (None, 1);
    db.authenticate(&Nobody("SET tenancy.tenant_id = '2'"), &mut seen)
        .unwrap();
    check_rows(&anna, &mut db.session(&anna).unwrap(), 1);
    check_pool(&db);
    let stale = stage.stale(2);
    let anna = scope(&stale, 1);
    assert_eq!(
        names(&anna, &mut stale.session(&anna).unwrap()).unwrap(),
        [""; 0]
    );
}

/// Each way to run a statement, once: where one of them told no tenant, it would find no row, or
/// not be allowed to write one.
fn run_each_way(scope: &TenantScope<i64>, session: &mut Conn) {
    let items = Repo::<Item>::new(scope);
    let tenant = *tenancy::Scope::key(scope);
    let of = |name: &'static str| (items::name.eq(name), items::category_id.eq(tenant));
    let one = || items.query().order(items::id).limit(1);
    assert_eq!(one().load::<Item>(session).unwrap().len(), 1);
    one().get_result::<Item>(session).unwrap();
    items.query().first::<Item>(session).unwrap();
    let lent = items.query().load_iter::<Item>(session).unwrap();
    assert_eq!(lent.count(), 2);
    assert!(items.query().exists().get_result::<bool>(session).unwrap());
    let page = items.query().order(items::id).paginate(1, 1);
    assert_eq!(page.load_page::<Item>(session).unwrap().total, 2);
    let page = items.query().keyset((items::id.asc(),)).limit(1);
    assert_eq!(page.load_page::<Item>(session).unwrap().rows.len(), 1);
    items.insert(of("Rope")).execute(session).unwrap();
    let row: Item = items.insert(of("Stove")).get_result(session).unwrap();
    items
        .update(row.id)
        .set(items::name.eq("Cooker"))
        .execute(session)
        .unwrap();
    items
        .insert(of("Rope"))
        .on_conflict((items::tenant_id, items::name))
        .do_update()
        .set(items::name.eq("Cord"))
        .execute(session)
        .unwrap();
    items.delete(row.id).execute(session).unwrap();
    let cord = items.query().filter(items::name.eq("Cord"));
    assert_eq!(items.delete(cord).execute(session).unwrap(), 1);
}

#[test]
fn l_104_each_way_to_run_a_statement_has_the_tenant() {
    let stage = Stage::new();
    for db in [
        stage.open(Transport::Pooler, 1),
        stage.open(Transport::Direct, 1),
        stage.open_pooled(Transport::Pooler, 1),
    ] {
        for tenant in [1, 2, 1] {
            let scope = scope(&db, tenant);
            // What runs first is told, too, where it gives its rows one by one.
            let mut session = db.session(&scope).unwrap();
            let items = Repo::<Item>::new(&scope);
            let lent = items.query().load_iter::<Item>(&mut session).unwrap();
            assert_eq!(lent.count(), 2);
            run_each_way(&scope, &mut session);
            let within: tenancy::Result<()> = session.transaction(|session| {
                run_each_way(&scope, session);
                Ok(())
            });
            within.unwrap();
        }
    }
}

/// `DISCARD ALL` and the like take the setting from a connection that is remembered to have it.
#[test]
fn l_106_what_takes_the_setting_away_is_noticed() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    check_rows(&anna, &mut db.session(&anna).unwrap(), 1);
    for away in ["RESET ALL", "SET tenancy.tenant_id = ''"] {
        let mut seen = (None, 1);
        db.authenticate(&Nobody(away), &mut seen).unwrap();
        let mut session = db.session(&anna).unwrap();
        check_rows(&anna, &mut session, 1);
        let own: tenancy::Result<i64> = session.enforced(&tables(), |raw| {
            let count = diesel::dsl::sql::<BigInt>("SELECT count(*) FROM items");
            Ok(count.get_result(raw)?)
        });
        assert_eq!(own.unwrap(), 2);
        check_rows(&anna, &mut session, 1);
    }
}
