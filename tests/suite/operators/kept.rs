//! What is kept beyond an act is good for nothing.

use std::mem;
use std::time::Duration;

use tenancy::Error;
use tenancy::prelude::*;

use super::{Desk, rename};
use crate::kin::Thread;
use crate::support::{builder, scope_of};

#[test]
fn a_scope_that_was_kept_opens_no_session() {
    let desk = Desk::new();
    let mut kept = None;
    desk.db
        .act_for(&desk.olga(), 2, |scope, _| {
            kept = Some(scope.clone());
            Ok::<_, Error>(())
        })
        .unwrap();
    let kept = kept.unwrap();
    for refused in [
        desk.db.session(&kept).map(drop),
        desk.db.session(&kept.read_only()).map(drop),
    ] {
        assert!(matches!(refused, Err(Error::ScopeMismatch)));
    }
}

#[test]
fn another_tenants_statement_does_not_run() {
    let desk = Desk::new();
    let anna = scope_of(&desk.db, 1_i64);
    let acted = desk
        .db
        .act_for(&desk.olga(), 2, |_, session| rename(&anna, session, "Old"));
    assert!(matches!(acted, Err(Error::ScopeMismatch)));
}

#[test]
fn a_session_that_was_swapped_out_runs_nothing_and_keeps_nothing() {
    let desk = Desk::with(builder().busy_timeout(Duration::from_millis(10)));
    let ben = scope_of(&desk.db, 2_i64);
    let mut kept = desk.db.session(&ben).unwrap();
    let mut lent = None;
    let acted = desk.db.act_for(&desk.olga(), 2, |scope, session| {
        rename(scope, session, "Old")?;
        mem::swap(session, &mut kept);
        lent = Some(scope.clone());
        Ok::<_, Error>(())
    });
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    let loaded = Repo::<Thread>::new(&lent.unwrap())
        .query()
        .load::<Thread>(&mut kept);
    assert!(matches!(loaded, Err(Error::Expired)));
    drop(kept);
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Talk"]);
    desk.rename(2, "Old").unwrap();
}
