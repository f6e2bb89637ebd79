//! Something done for each tenant.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

use tenancy::{Error, TenantOutcome};

use super::{Desk, rename};

#[test]
fn one_that_fails_or_panics_does_not_stop_the_others() {
    let desk = Desk::new();
    let report = desk
        .db
        .for_each_tenant(&desk.olga(), [1, 2, 3, 0, 4], |scope, session| {
            let renamed = rename(scope, session, &format!("Of {}", scope.tenant()))?;
            match scope.tenant() {
                2 => Err(Error::NotFound),
                3 => panic!("ouch"),
                _ => Ok(renamed),
            }
        });
    let outcomes: Vec<String> = report
        .iter()
        .map(|(tenant, outcome)| format!("{tenant} {outcome:?}"))
        .collect();
    assert_eq!(
        outcomes,
        [
            "1 Done(1)",
            "2 Failed(NotFound)",
            "3 Panicked(Some(\"ouch\"))",
            "0 Failed(InvalidKey { reason: \"an integer key must be at least 1\" })",
            "4 Done(0)",
        ]
    );
    assert!(!report.is_complete());
    assert_eq!(report.failures().count(), 3);
    assert_eq!(report.values().collect::<Vec<_>>(), [(&1, &1), (&4, &0)]);
    assert_eq!(report.to_string(), "done for 2 tenants, not for 3");
    assert_eq!(desk.titles(), ["1 Of 1", "1 Talk", "2 News", "2 Talk"]);
    let ends: Vec<String> = desk
        .events()
        .into_iter()
        .filter(|event| !event.contains(".."))
        .collect();
    assert_eq!(
        ends,
        [
            "1 2 for each done [threads: write]",
            "2 2 for each failed [threads: write]",
            "3 2 for each panicked [threads: write]",
            "4 2 for each done [threads: write]",
        ]
    );
    assert!(matches!(
        report.into_iter().next(),
        Some((1, TenantOutcome::Done(1)))
    ));
}

/// Panics once more when it is dropped, with another of its kind.
struct Bomb(u8);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 > 0 {
            panic_any(Self(self.0 - 1));
        }
    }
}

#[test]
fn what_was_thrown_may_panic_when_it_is_dropped() {
    let desk = Desk::new();
    let swept = catch_unwind(AssertUnwindSafe(|| {
        desk.db
            .for_each_tenant(&desk.olga(), [1, 2], |scope, session| {
                let renamed = rename(scope, session, "Old")?;
                if *scope.tenant() == 1 {
                    panic_any(Bomb(2));
                }
                Ok::<_, Error>(renamed)
            })
    }));
    let report = swept.unwrap_or_else(|bomb| {
        mem::forget(bomb);
        panic!("the sweep was stopped");
    });
    let outcomes: Vec<String> = report
        .iter()
        .map(|(tenant, outcome)| format!("{tenant} {outcome:?}"))
        .collect();
    assert_eq!(outcomes, ["1 Panicked(None)", "2 Done(1)"]);
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 Old", "2 Talk"]);
}
