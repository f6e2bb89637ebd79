//! What is written down, and that nothing is done without it.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use tenancy::audit::{AuditEvent, AuditHead, AuditState};
use tenancy::prelude::*;
use tenancy::{Check, Error, IdSource, Severity};
use uuid::Uuid;

use super::{Desk, panicking, rename};
use crate::kin::{Message, Thread, schema::threads};
use crate::support::{builder, scope_of};

#[test]
fn an_act_is_written_down_before_and_behind() {
    let desk = Desk::new();
    assert_eq!(desk.rename(2, "Old").unwrap(), 1);
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 Old", "2 Talk"]);
    let events: Vec<AuditEvent> = desk
        .db
        .session(&scope_of(&desk.db, 2_i64))
        .and_then(|mut session| {
            let scope = scope_of(&desk.db, 2_i64);
            Repo::<AuditEvent>::new(&scope).query().load(&mut session)
        })
        .unwrap();
    let [begin, end] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!((begin.sequence, end.sequence), (1, 2));
    assert_eq!((begin.opened_by, end.opened_by), (None, Some(1)));
    assert_eq!((begin.outcome.as_deref(), &*begin.tables), (None, ""));
    assert_eq!(end.outcome.as_deref(), Some("done"));
    assert_eq!(end.tables, "threads: write");
    assert_eq!(begin.hash, end.previous_hash);
    assert_ne!(begin.public_id, end.public_id);
    for event in &events {
        assert_eq!(event.tenant_id.as_deref(), Some("2"));
        assert_eq!(event.actor, "olga");
        assert_eq!(event.kind, "act");
        assert_eq!(event.reason, "a name is wrong");
        assert_eq!(event.ticket.as_deref(), Some("OPS-12"));
        assert_eq!(event.at, DateTime::UNIX_EPOCH.naive_utc());
    }
    let state = desk.db.verify_audit(&desk.olga(), Some(&2)).unwrap();
    let hash = end.hash.clone();
    assert_eq!(state, AuditState::Whole { events: 2, hash });
}

#[test]
fn the_tables_that_were_read_and_written_are_named() {
    let desk = Desk::new();
    desk.db
        .read_for(&desk.olga(), 1, |scope, session| {
            Repo::<Message>::new(scope)
                .query()
                .load::<Message>(session)
                .map(drop)
        })
        .unwrap();
    desk.db
        .act_for(&desk.olga(), 1, |scope, session| {
            let threads: Vec<Thread> = Repo::<Thread>::new(scope)
                .query()
                .load_iter::<Thread>(session)?
                .collect::<Result<_, _>>()?;
            session.transaction(|session| rename(scope, session, &threads[1].title[..1]))
        })
        .unwrap();
    assert_eq!(
        desk.events(),
        [
            "1 1 read .. []",
            "1 2 read done [messages: read\nthreads: read]",
            "1 3 act .. []",
            "1 4 act done [threads: read, write]",
        ]
    );
}

#[test]
fn a_distinct_value_and_a_page_name_their_table_and_no_other() {
    use diesel::prelude::*;
    use diesel::sql_types::Integer;
    let desk = Desk::new();
    desk.db
        .read_across(&desk.olga(), |scope, session| {
            let threads = Repo::<Thread>::new(scope);
            let some: Vec<i32> = threads
                .query()
                .select(1.into_sql::<Integer>())
                .distinct()
                .load(session)?;
            assert_eq!(some, [1]);
            Ok::<_, Error>(())
        })
        .unwrap();
    desk.db
        .read_for(&desk.olga(), 1, |scope, session| {
            let page: Page<Thread> = Repo::<Thread>::new(scope)
                .query()
                .order(threads::id)
                .paginate(1, 1)
                .load_page(session)?;
            assert_eq!(page.total, 2);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(
        desk.events(),
        [
            "- 1 read across .. []",
            "- 2 read across done [threads: read]",
            "1 1 read .. []",
            "1 2 read done [threads: read]",
        ]
    );
}

#[test]
fn what_fails_is_taken_back_and_its_events_stay() {
    let desk = Desk::new();
    let acted = desk.db.act_for(&desk.olga(), 1, |scope, session| {
        rename(scope, session, "Old")?;
        Err::<(), _>(Error::NotFound)
    });
    assert!(matches!(acted, Err(Error::NotFound)));
    // A statement that the database refuses: there is such a title.
    let acted = desk.rename(1, "Talk");
    assert!(matches!(acted, Err(Error::UniqueViolation { .. })));
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Talk"]);
    assert_eq!(
        desk.events(),
        [
            "1 1 act .. []",
            "1 2 act failed [threads: write]",
            "1 3 act .. []",
            "1 4 act failed [threads: write]",
        ]
    );
}

#[test]
fn an_error_that_is_kept_quiet_is_none() {
    let desk = Desk::new();
    desk.db
        .act_for(&desk.olga(), 1, |scope, session| {
            let refused = session.transaction(|session| rename(scope, session, "Talk"));
            assert!(matches!(refused, Err(Error::UniqueViolation { .. })));
            rename(scope, session, "Old")
        })
        .unwrap();
    assert_eq!(desk.titles(), ["1 Old", "1 Talk", "2 News", "2 Talk"]);
}

#[test]
fn what_panics_is_taken_back_and_its_events_stay() {
    let desk = Desk::new();
    let olga = desk.olga();
    let panic = panicking(|| {
        desk.db.act_for(&olga, 1, |scope, session| {
            rename(scope, session, "Old")?;
            if desk.titles().len() == 4 {
                panic!("ouch");
            }
            Ok::<_, Error>(())
        })
    });
    assert_eq!(panic.as_deref(), Some("ouch"));
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Talk"]);
    assert_eq!(
        desk.events(),
        ["1 1 act .. []", "1 2 act panicked [threads: write]"]
    );
    desk.rename(1, "Old").unwrap();
}

#[test]
fn without_its_first_event_nothing_is_done() {
    let desk = Desk::new();
    desk.stage.tamper("DROP TABLE tenancy_audit_events");
    let mut ran = false;
    let acted = desk.db.act_for(&desk.olga(), 1, |_, _| {
        ran = true;
        Ok::<_, Error>(())
    });
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    let read = desk.db.read_across(&desk.olga(), |_, _| {
        ran = true;
        Ok::<_, Error>(())
    });
    assert!(matches!(read, Err(Error::AuditUnavailable(_))));
    assert!(!ran);
}

/// Makes each id twice, so that the second event of an act cannot be written.
#[derive(Default)]
struct Twice(Mutex<u128>);

impl IdSource for Twice {
    fn next_id(&self, _: DateTime<Utc>) -> Uuid {
        let mut made = self.0.lock().unwrap();
        *made += 1;
        Uuid::from_u128((*made).div_ceil(2))
    }
}

#[test]
fn without_its_last_event_nothing_stays() {
    let desk = Desk::with(builder().ids(Twice::default()));
    let acted = desk.rename(1, "Old");
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Talk"]);
    assert!(desk.events().is_empty());
}

/// Makes the first id twice.
#[derive(Default)]
struct FirstTwice(Mutex<u128>);

impl IdSource for FirstTwice {
    fn next_id(&self, _: DateTime<Utc>) -> Uuid {
        let mut made = self.0.lock().unwrap();
        *made += 1;
        Uuid::from_u128((*made).max(2))
    }
}

/// The work was done, and could not be kept.
#[test]
fn what_cannot_be_kept_is_written_down_as_failed() {
    let desk = Desk::with(builder().ids(FirstTwice::default()));
    let acted = desk.rename(1, "Old");
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Talk"]);
    let events = ["1 1 act .. []", "1 2 act failed [threads: write]"];
    assert_eq!(desk.events(), events);
}

#[test]
fn a_tenant_reads_the_events_about_itself_only() {
    let desk = Desk::new();
    for tenant in [1, 2, 2] {
        desk.rename(tenant, "News").unwrap();
    }
    desk.db
        .read_across(&desk.olga(), |_, _| Ok::<_, Error>(()))
        .unwrap();
    for (tenant, count) in [(1_i64, 2), (2, 4), (3, 0)] {
        let scope = scope_of(&desk.db, tenant);
        let mut session = desk.db.session(&scope).unwrap();
        let events = Repo::<AuditEvent>::new(&scope);
        let own: Vec<AuditEvent> = events.query().load(&mut session).unwrap();
        assert_eq!(own.len(), count);
        let text = tenant.to_string();
        assert!(
            own.iter()
                .all(|event| event.tenant_id.as_deref() == Some(&*text))
        );
        let heads = Repo::<AuditHead>::new(&scope);
        let head: Vec<AuditHead> = heads.query().load(&mut session).unwrap();
        assert!(head.iter().all(|head| head.tenant_id == text));
        assert_eq!(head.len(), usize::from(count > 0));
        let foreign = events.find(RowId::from_raw(if tenant == 1 { 3 } else { 1 }));
        assert!(matches!(
            foreign.get_result::<AuditEvent>(&mut session),
            Err(Error::NotFound)
        ));
    }
    let all: i64 = desk
        .db
        .read_across(&desk.olga(), |scope, session| {
            Repo::<AuditEvent>::new(scope)
                .query()
                .count()
                .get_result(session)
        })
        .unwrap();
    assert_eq!(all, 9);
}

#[test]
fn an_inspection_finds_nothing_in_the_audit() {
    let desk = Desk::new();
    let tables = tenancy::catalog![AuditEvent, AuditHead];
    let inspection = tables.inspect(&mut desk.stage.raw()).unwrap();
    let found: Vec<String> = inspection
        .findings()
        .iter()
        // Who asks here owns the tables.
        .filter(|finding| finding.severity < Severity::Note && finding.check != Check::Rights)
        .filter(|finding| {
            let table = finding.table.as_deref();
            table.is_some_and(|table| table.contains("tenancy_audit"))
        })
        .map(|finding| format!("{:?}: {}", finding.table, finding.problem))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Nobody's rows are those with no tenant; other rows that a partial key leaves out are somebody's.
#[cfg(not(feature = "mysql"))]
#[test]
fn a_partial_key_of_other_rows_is_found() {
    let desk = Desk::new();
    let tables = tenancy::catalog![AuditEvent, AuditHead];
    for condition in [
        "outcome IS NULL",
        "tenant_id IS NOT NULL",
        "tenant_id IS NULL OR sequence > 1",
    ] {
        desk.stage.fill(&format!(
            "DROP INDEX tenancy_audit_events_across; CREATE UNIQUE INDEX
             tenancy_audit_events_across ON tenancy_audit_events (sequence) WHERE {condition}"
        ));
        let inspection = tables.inspect(&mut desk.stage.raw()).unwrap();
        let mut findings = inspection.findings().iter();
        assert!(findings.any(|found| found.problem.contains("tenancy_audit_events_across")));
    }
}
