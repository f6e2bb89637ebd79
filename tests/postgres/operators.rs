//! Operators have a role of their own, and the service's role cannot touch what they leave.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::audit::{AuditEvent, AuditHead, MIGRATIONS};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Catalog, Claims, Error, OperatorScope, Reason, Transport};

use crate::stage::{Category, Db, Item, Stage, items, names, tables};

struct Staff;

impl Authenticator<PgConnection> for Staff {
    type Credential<'a> = ();
    type Key = i64;

    fn authenticate(&self, _: &mut PgConnection, (): ()) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(9).subject("olga").operator())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct SupplierId(i64);

/// An operator of the suppliers' side, and a supplier.
struct Suppliers;

impl Authenticator<PgConnection> for Suppliers {
    type Credential<'a> = i64;
    type Key = SupplierId;

    fn authenticate(&self, _: &mut PgConnection, n: i64) -> Result<Claims<SupplierId>, AuthError> {
        Ok(Claims::new(SupplierId(n)).subject("olga").operator())
    }
}

fn olga(db: &Db) -> OperatorScope<i64> {
    let identity = db.authenticate(&Staff, ()).unwrap();
    OperatorScope::new(&identity, Reason::new("a reason").unwrap()).unwrap()
}

fn catalog() -> Catalog {
    tables().with::<AuditEvent>().with::<AuditHead>()
}

/// The stage with the audit's tables, and operators who may do what they need.
fn audited() -> (Stage, Db) {
    let stage = Stage::new();
    stage.open_as("owner").migrate(MIGRATIONS).unwrap();
    catalog().protect(&mut stage.owner(), "serving").unwrap();
    stage
        .owner()
        .batch_execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO operator",
        )
        .unwrap();
    let db = stage.open_for_operators("operator").unwrap();
    (stage, db)
}

fn events(stage: &Stage) -> Vec<(String, Option<String>)> {
    use tenancy::audit::schema::tenancy_audit_events::dsl;
    dsl::tenancy_audit_events
        .order(dsl::id)
        .select((dsl::tables, dsl::outcome))
        .load(&mut stage.raw())
        .unwrap()
}

#[test]
fn without_a_role_of_their_own_there_are_none() {
    let (stage, _) = audited();
    let db = stage.open(Transport::Direct, 1);
    let mut ran = false;
    let acted = db.act_for(&olga(&db), 1, |_, _| {
        ran = true;
        Ok::<_, Error>(())
    });
    let Err(Error::Configuration { reason }) = acted else {
        panic!("{acted:?}");
    };
    assert!(reason.contains("operator_url"), "{reason}");
    assert!(!ran);
    assert!(events(&stage).is_empty());
}

#[test]
fn a_role_that_row_security_binds_is_no_operators() {
    let (stage, _) = audited();
    let opened = stage.open_for_operators("serving").map(drop);
    assert!(matches!(opened, Err(Error::Configuration { .. })));
}

#[test]
fn an_operator_reaches_all_rows_under_row_security() {
    let (stage, db) = audited();
    let all: Vec<String> = db
        .read_across(&olga(&db), |scope, session| {
            let items = Repo::<Item>::new(scope).query();
            items.select(items::name).order(items::id).load(session)
        })
        .unwrap();
    assert_eq!(all, ["Lamp", "Lamp", "Tent", "Tent"]);
    let of_ben = db.act_for(&olga(&db), 2, names);
    assert_eq!(of_ben.unwrap(), ["Lamp", "Tent"]);
    assert_eq!(events(&stage).len(), 4);
}

#[test]
fn the_services_role_reads_its_tenants_events_and_writes_none() {
    let (stage, db) = audited();
    for tenant in [1, 2] {
        db.act_for(&olga(&db), tenant, |_, _| Ok::<_, Error>(()))
            .unwrap();
    }
    let mut serving = stage.serving();
    let told = "SET tenancy.tenant_id = '1'";
    serving.batch_execute(told).unwrap();
    use tenancy::audit::schema::{tenancy_audit_events, tenancy_audit_heads};
    let seen: Vec<Option<String>> = tenancy_audit_events::table
        .select(tenancy_audit_events::tenant_id)
        .load(&mut serving)
        .unwrap();
    assert_eq!(seen, [Some("1".to_owned()), Some("1".to_owned())]);
    let heads: Vec<String> = tenancy_audit_heads::table
        .select(tenancy_audit_heads::tenant_id)
        .load(&mut serving)
        .unwrap();
    assert_eq!(heads, ["1"]);
    for table in ["tenancy_audit_events", "tenancy_audit_heads"] {
        for right in [
            "INSERT",
            "UPDATE",
            "DELETE",
            "TRUNCATE",
            "REFERENCES",
            "TRIGGER",
        ] {
            let asked = format!(
                "SELECT has_table_privilege('serving', '{table}', '{right}')
                    OR ('{right}' IN ('INSERT', 'UPDATE', 'REFERENCES')
                        AND has_any_column_privilege('serving', '{table}', '{right}'))"
            );
            let asked = diesel::dsl::sql::<diesel::sql_types::Bool>(&format!("({asked})"));
            let may: bool = diesel::select(asked).get_result(&mut stage.raw()).unwrap();
            assert!(!may, "{right} on {table}");
        }
        assert!(
            serving
                .batch_execute(&format!("DELETE FROM {table}"))
                .is_err()
        );
    }
}

#[test]
fn nobody_changes_an_event() {
    let (stage, db) = audited();
    db.act_for(&olga(&db), 1, |_, _| Ok::<_, Error>(()))
        .unwrap();
    for role in ["operator", "owner", "postgres"] {
        for sql in [
            "UPDATE tenancy_audit_events SET reason = 'none'",
            "DELETE FROM tenancy_audit_events",
            "TRUNCATE tenancy_audit_events",
            "DELETE FROM tenancy_audit_heads",
            "TRUNCATE tenancy_audit_heads",
        ] {
            // Row security hides all rows from the owner, who then changes none.
            let done = diesel::sql_query(sql).execute(&mut stage.signed_in(role));
            assert!(matches!(done, Err(_) | Ok(0)), "{role}: {sql}");
        }
    }
    assert_eq!(events(&stage).len(), 2);
    use tenancy::audit::schema::tenancy_audit_heads::table;
    assert_eq!(table.count().get_result(&mut stage.raw()), Ok(1));
}

/// Row security knows the number alone: what keeps the kinds apart is the statement.
#[test]
fn a_tenant_of_another_kind_passes_the_policy_and_reads_its_own() {
    let (stage, db) = audited();
    db.act_for(&olga(&db), 1, |_, _| Ok::<_, Error>(()))
        .unwrap();
    let supplier = db.authenticate(&Suppliers, 1).unwrap();
    let reason = Reason::new("a reason").unwrap();
    let operator = OperatorScope::new(&supplier, reason).unwrap();
    db.act_for(&operator, SupplierId(1), |_, _| Ok::<_, Error>(()))
        .unwrap();
    let mut serving = stage.serving();
    serving
        .batch_execute("SET tenancy.tenant_id = '1'")
        .unwrap();
    use tenancy::audit::schema::tenancy_audit_events::table;
    assert_eq!(table.count().get_result(&mut serving), Ok(4));
    let scope = TenantScope::new(&supplier).unwrap();
    let own: Vec<AuditEvent> = db
        .session(&scope)
        .and_then(|mut session| Repo::<AuditEvent>::new(&scope).query().load(&mut session))
        .unwrap();
    let kinds: Vec<&str> = own.iter().map(|event| &*event.tenant_kind).collect();
    assert_eq!(kinds, ["SupplierId", "SupplierId"]);
}

#[test]
fn what_only_reads_cannot_write_by_a_function_either() {
    diesel::define_sql_function!(fn nextval(name: diesel::sql_types::Text) -> diesel::sql_types::BigInt);
    let (stage, db) = audited();
    stage
        .owner()
        .batch_execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO operator")
        .unwrap();
    let counted = db.read_for(&olga(&db), 1, |scope, session| {
        let items = Repo::<Item>::new(scope).query();
        items.select(nextval("items_id_seq")).load::<i64>(session)
    });
    assert!(counted.is_err());
    let done = Some("failed".to_owned());
    assert_eq!(events(&stage)[1], ("items: read".to_owned(), done));
}

fn moves(db: &Db) -> tenancy::Result<tenancy::MovedRows> {
    let category = RowId::from_raw(1);
    db.move_row::<Category, _>(&olga(db), &catalog(), category, 1, 3)
}

fn owners(stage: &Stage) -> Vec<i64> {
    let of = items::table.order(items::id).select(items::tenant_id);
    of.load(&mut stage.raw()).unwrap()
}

#[test]
fn rows_are_moved_under_row_security_and_not_by_the_services_role() {
    let (stage, db) = audited();
    let mut serving = stage.serving();
    serving
        .batch_execute("SET tenancy.tenant_id = '1'")
        .unwrap();
    for sql in [
        "UPDATE items SET tenant_id = 3 WHERE id = 1",
        "UPDATE categories SET tenant_id = 3",
    ] {
        let done = serving.batch_execute(sql).unwrap_err().to_string();
        assert!(done.contains("permission denied"), "{done}");
    }
    let moved = moves(&db).unwrap();
    let counts: Vec<_> = moved.iter().collect();
    assert_eq!(counts, [("categories", 1), ("items", 2), ("notes", 1)]);
    assert_eq!(owners(&stage), [3, 2, 3, 2]);
}

#[test]
fn a_table_off_the_search_path_that_refers_to_a_row_keeps_it() {
    let (stage, db) = audited();
    stage
        .owner()
        .batch_execute(
            "CREATE SCHEMA far; CREATE TABLE far.history (item_id BIGINT REFERENCES items (id))",
        )
        .unwrap();
    let Err(Error::CannotMove { table, reason }) = moves(&db) else {
        panic!("it was moved");
    };
    assert_eq!(table, "items");
    assert!(reason.contains("far.history"), "{reason}");
    assert_eq!(owners(&stage), [1, 2, 1, 2]);
}

/// A row that somebody is about to write is waited for.
#[test]
fn a_row_that_is_being_written_goes_along() {
    let (stage, db) = audited();
    let mut writer = stage.raw();
    writer
        .batch_execute(
            "BEGIN; INSERT INTO items (tenant_id, category_id, name) VALUES (1, 1, 'Rope')",
        )
        .unwrap();
    let moved = std::thread::scope(|threads| {
        let moving = threads.spawn(|| moves(&db));
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'operator'
            AND datname = current_database() AND wait_event_type = 'Lock'";
        let waits = diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("({waits})"));
        let mut raw = stage.raw();
        while !moving.is_finished() {
            let waiting: i64 = diesel::select(waits.clone()).get_result(&mut raw).unwrap();
            if waiting > 0 {
                break;
            }
        }
        writer.batch_execute("COMMIT").unwrap();
        moving.join().unwrap()
    });
    assert_eq!(moved.unwrap().of("items"), 3);
    assert_eq!(owners(&stage), [3, 2, 3, 2, 3]);
}

#[test]
fn an_act_whose_connection_is_lost_is_written_down_anew() {
    let (stage, db) = audited();
    let acted = db.act_for(&olga(&db), 1, |scope, session| {
        names(scope, session)?;
        let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                   WHERE usename = 'operator' AND datname = current_database()";
        stage.raw().batch_execute(end).unwrap();
        names(scope, session)
    });
    assert!(acted.is_err());
    let failed = ("items: read".to_owned(), Some("failed".to_owned()));
    assert_eq!(events(&stage), [(String::new(), None), failed]);
}
