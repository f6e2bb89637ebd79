//! The chains of events: one head each, and whatever was done to them shows.

use std::thread;

use tenancy::Error;
use tenancy::audit::{AuditFault, AuditState};

use super::Desk;
use crate::support::lines;

/// Three acts for Anna, two for Ben, one across all.
fn chained() -> Desk {
    let desk = Desk::new();
    for tenant in [1, 2, 1, 2, 1] {
        desk.rename(tenant, "News").unwrap();
    }
    desk.db
        .read_across(&desk.olga(), |_, _| Ok::<_, Error>(()))
        .unwrap();
    desk
}

fn state(desk: &Desk, tenant: Option<i64>) -> String {
    let state = desk.db.verify_audit(&desk.olga(), tenant.as_ref()).unwrap();
    match state {
        AuditState::Whole { events, .. } => format!("{events} events"),
        AuditState::Broken { at, fault } => format!("{at}: {fault:?}"),
    }
}

#[test]
fn each_tenant_has_a_chain_and_so_have_all_of_them() {
    let desk = chained();
    assert_eq!(state(&desk, Some(1)), "6 events");
    assert_eq!(state(&desk, Some(2)), "4 events");
    assert_eq!(state(&desk, None), "2 events");
    assert_eq!(state(&desk, Some(3)), "0 events");
}

#[test]
fn what_was_done_to_a_chain_shows() {
    for (sql, tenant, told) in [
        (
            "UPDATE tenancy_audit_events SET reason = 'none' WHERE tenant_id = '1' AND sequence = 3",
            Some(1),
            "3: Changed",
        ),
        (
            "UPDATE tenancy_audit_events SET tenant_id = '2', sequence = 5
                WHERE tenant_id = '1' AND sequence = 6",
            Some(2),
            "5: BehindTheHead",
        ),
        (
            "UPDATE tenancy_audit_events SET tenant_kind = 'other'
                WHERE tenant_id = '1' AND sequence = 3",
            Some(1),
            "3: Missing",
        ),
        (
            "UPDATE tenancy_audit_events SET tenant_kind = 'i64'
                WHERE tenant_id IS NULL AND sequence = 1",
            None,
            "1: Changed",
        ),
        (
            "UPDATE tenancy_audit_heads SET tenant_kind = 'other' WHERE tenant_id = '1'",
            Some(1),
            "1: NoHead",
        ),
        (
            "DELETE FROM tenancy_audit_events WHERE tenant_id = '1' AND sequence = 3",
            Some(1),
            "3: Missing",
        ),
        (
            "DELETE FROM tenancy_audit_events WHERE tenant_id = '1' AND sequence > 4",
            Some(1),
            "5: CutOff",
        ),
        (
            "DELETE FROM tenancy_audit_events WHERE tenant_id = '2'",
            Some(2),
            "1: CutOff",
        ),
        (
            "DELETE FROM tenancy_audit_heads WHERE tenant_id = ''",
            None,
            "1: NoHead",
        ),
        (
            "UPDATE tenancy_audit_heads SET sequence = 4 WHERE tenant_id = '1'",
            Some(1),
            "5: BehindTheHead",
        ),
        (
            "UPDATE tenancy_audit_heads SET hash = (
                SELECT previous_hash FROM tenancy_audit_events
                WHERE tenant_id = '1' AND sequence = 2) WHERE tenant_id = '1'",
            Some(1),
            "6: OtherHead",
        ),
        (
            "UPDATE tenancy_audit_events SET previous_hash = hash
                WHERE tenant_id = '1' AND sequence = 4",
            Some(1),
            "4: Unchained",
        ),
        (
            "UPDATE tenancy_audit_events SET tables = 'none' WHERE tenant_id IS NULL AND sequence = 2",
            None,
            "2: Changed",
        ),
    ] {
        let desk = chained();
        desk.stage.tamper(sql);
        assert_eq!(state(&desk, tenant), told, "{sql}");
    }
}

#[test]
fn events_are_neither_changed_nor_deleted() {
    use diesel::connection::SimpleConnection;
    let desk = chained();
    let before = desk.events();
    for sql in [
        "UPDATE tenancy_audit_events SET reason = 'none'",
        "DELETE FROM tenancy_audit_events",
        "DELETE FROM tenancy_audit_heads",
    ] {
        assert!(desk.stage.raw().batch_execute(sql).is_err(), "{sql}");
    }
    assert_eq!(desk.events(), before);
    assert_eq!(state(&desk, None), "2 events");
}

/// PostgreSQL knows no such statement, and MariaDB takes one for a DELETE.
#[test]
fn events_are_not_replaced() {
    use diesel::connection::SimpleConnection;
    let desk = chained();
    let before = desk.events();
    let event = |verb: &str, id: &str, public_id: &str, sequence: &str| {
        format!(
            "{verb} INTO tenancy_audit_events (id, public_id, tenant_id, tenant_kind, sequence,
                actor, kind, tables, reason, at, previous_hash, hash)
            SELECT {id}, {public_id}, tenant_id, tenant_kind, {sequence}, 'otto', kind, 'none',
                reason, at, previous_hash, hash FROM tenancy_audit_events"
        )
    };
    let of_another_kind = |sql: String| {
        sql.replace("tenant_kind, sequence + 0,", "'other', sequence,") + " WHERE tenant_id IS NULL"
    };
    for verb in ["REPLACE", "INSERT OR REPLACE"] {
        for sql in [
            event(verb, "id", "hash", "sequence + 100"),
            event(verb, "id + 100", "public_id", "sequence + 100"),
            event(verb, "id + 100", "hash", "sequence"),
            of_another_kind(event(verb, "id + 100", "hash", "sequence + 0")),
            format!(
                "{verb} INTO tenancy_audit_heads
                    SELECT tenant_id, tenant_kind, 0, hash FROM tenancy_audit_heads"
            ),
            format!("{verb} INTO tenancy_audit_heads VALUES ('1', 'i64', 0, '')"),
        ] {
            assert!(desk.stage.raw().batch_execute(&sql).is_err(), "{sql}");
        }
    }
    assert_eq!(desk.events(), before);
    assert_eq!(state(&desk, Some(1)), "6 events");
    assert_eq!(state(&desk, None), "2 events");
}

#[test]
fn a_head_counts_up() {
    use diesel::connection::SimpleConnection;
    let desk = chained();
    for sql in [
        "UPDATE tenancy_audit_heads SET sequence = sequence - 1",
        "UPDATE tenancy_audit_heads SET sequence = sequence + 2",
        "UPDATE tenancy_audit_heads SET sequence = 0",
        "UPDATE tenancy_audit_heads SET hash = (
            SELECT previous_hash FROM tenancy_audit_events WHERE tenant_id = '1' AND sequence = 2)",
        "UPDATE tenancy_audit_heads SET tenant_id = '9', sequence = sequence + 1
            WHERE tenant_id = '1'",
        "UPDATE tenancy_audit_heads SET tenant_kind = 'other', sequence = sequence + 1
            WHERE tenant_id = '1'",
    ] {
        assert!(desk.stage.raw().batch_execute(sql).is_err(), "{sql}");
    }
    assert_eq!(state(&desk, Some(1)), "6 events");
    assert_eq!(state(&desk, Some(2)), "4 events");
}

#[test]
fn the_first_events_of_a_chain_may_race() {
    let desk = Desk::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..3 {
                    desk.rename(1, "News").unwrap();
                }
            });
        }
    });
    assert_eq!(state(&desk, Some(1)), "24 events");
    let heads = "SELECT tenant_id || ' ' || sequence AS line FROM tenancy_audit_heads";
    assert_eq!(lines(&mut desk.stage.raw(), heads), ["1 24"]);
    assert_eq!(AuditFault::NoHead, AuditFault::NoHead);
}
