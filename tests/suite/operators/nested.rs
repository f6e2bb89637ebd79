//! Acts that meet: within one another, and on two threads.

use std::thread;
use std::time::Duration;

use tenancy::{Error, OperatorScope};

use super::{Desk, panicking};
use crate::support::{Builder, builder};

fn idle(desk: &Desk, operator: &OperatorScope<i64>, tenant: i64) -> tenancy::Result<()> {
    desk.db.act_for(operator, tenant, |_, _| Ok(()))
}

/// The answers to whatever an operator may begin.
fn begun(desk: &Desk, operator: &OperatorScope<i64>) -> Vec<tenancy::Result<()>> {
    let db = desk.db.clone();
    let each = db.for_each_tenant(operator, [2], |_, _| Ok::<_, Error>(()));
    let each = each.into_iter().map(|(_, outcome)| match outcome {
        tenancy::TenantOutcome::Failed(error) => Err(error),
        _ => Ok(()),
    });
    [
        idle(desk, operator, 2),
        idle(desk, operator, 1),
        idle(desk, &desk.olga(), 2),
        db.read_for(operator, 2, |_, _| Ok(())),
        db.read_across(operator, |_, _| Ok(())),
        db.verify_audit(operator, Some(&2)).map(drop),
    ]
    .into_iter()
    .chain(each)
    .collect()
}

#[test]
fn no_act_begins_within_another() {
    let desk = Desk::new();
    let olga = desk.olga();
    let acts: [&dyn Fn() -> tenancy::Result<Vec<_>>; 3] = [
        &|| desk.db.act_for(&olga, 2, |_, _| Ok(begun(&desk, &olga))),
        &|| desk.db.read_for(&olga, 2, |_, _| Ok(begun(&desk, &olga))),
        &|| desk.db.read_across(&olga, |_, _| Ok(begun(&desk, &olga))),
    ];
    for act in acts {
        let answers = act().unwrap();
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Err(Error::NestedAct))),
            "{answers:?}"
        );
    }
    assert_eq!(desk.events().len(), 6);
}

#[test]
fn an_act_that_has_ended_is_in_nobodys_way() {
    let desk = Desk::new();
    let olga = desk.olga();
    let fails = desk
        .db
        .act_for(&olga, 2, |_, _| Err::<(), _>(Error::Conflict));
    assert!(matches!(fails, Err(Error::Conflict)));
    let panics = panicking(|| {
        desk.db.act_for(&olga, 2, |_, _| -> tenancy::Result<()> {
            panic!("a panic")
        })
    });
    assert_eq!(panics.as_deref(), Some("a panic"));
    for answer in begun(&desk, &olga) {
        answer.unwrap();
    }
}

/// As short as each database takes it.
fn impatient() -> Builder {
    let builder = builder()
        .busy_timeout(Duration::from_millis(10))
        .connection_timeout(Duration::from_secs(3));
    if cfg!(all(
        feature = "mysql",
        not(any(feature = "sqlite", feature = "postgres"))
    )) {
        builder.on_connect("SET innodb_lock_wait_timeout = 1")
    } else {
        builder
    }
}

#[test]
fn another_threads_act_is_waited_for_and_not_for_ever() {
    let desk = Desk::with(impatient());
    let olga = desk.olga();
    desk.db
        .act_for(&olga, 2, |_, _| {
            let late = thread::scope(|threads| {
                let (desk, olga) = (&desk, &olga);
                threads.spawn(move || idle(desk, olga, 2)).join().unwrap()
            });
            assert!(matches!(late, Err(Error::Locked)), "{late:?}");
            Ok::<_, Error>(())
        })
        .unwrap();
    idle(&desk, &olga, 2).unwrap();
    assert_eq!(desk.events().len(), 4);
}

/// PostgreSQL's `lock_timeout`, where the application has set it.
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
#[test]
fn how_long_an_act_waits_the_application_may_say() {
    let builder = builder().on_connect("SET lock_timeout = '1ms'");
    let desk = Desk::with(builder.connection_timeout(Duration::from_secs(600)));
    let olga = desk.olga();
    desk.db
        .act_for(&olga, 2, |_, _| {
            let late = thread::scope(|threads| {
                let (desk, olga) = (&desk, &olga);
                threads.spawn(move || idle(desk, olga, 2)).join().unwrap()
            });
            assert!(matches!(late, Err(Error::Locked)), "{late:?}");
            Ok::<_, Error>(())
        })
        .unwrap();
}
