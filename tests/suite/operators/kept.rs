//! What is kept beyond an act is good for nothing.

use std::mem;
use std::time::Duration;

use tenancy::prelude::*;
use tenancy::{Claims, Error, Permission};

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

#[derive(Debug)]
enum Export {}

impl Permission for Export {
    const NAME: &'static str = "export";
}

#[test]
fn a_scope_that_was_kept_gives_no_permission() {
    let desk = Desk::new();
    let claims = Claims::new(9).subject("olga").operator();
    let olga = desk.operator(claims.permission(Export::NAME));
    let kept = desk.db.act_for(&olga, 2, |scope, _| {
        scope.require::<Export>()?;
        scope.read_only().require::<Export>()?;
        Ok::<_, Error>(scope.clone())
    });
    let kept = kept.unwrap();
    for refused in [
        kept.require::<Export>().map(drop),
        kept.read_only().require::<Export>().map(drop),
        kept.read_write().require::<Export>().map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Expired)), "{refused:?}");
    }
}

/// It names the tenant, and no more: whose session it is, has been proven to it.
#[test]
fn a_scope_that_was_kept_runs_on_the_tenants_own_session_only() {
    let desk = Desk::new();
    let kept = desk
        .db
        .act_for(&desk.olga(), 2, |scope, _| Ok::<_, Error>(scope.clone()))
        .unwrap();
    let (anna, ben) = (scope_of(&desk.db, 1_i64), scope_of(&desk.db, 2_i64));
    let mut session = desk.db.session(&anna).unwrap();
    let foreign = rename(&kept, &mut session, "Old");
    assert!(matches!(foreign, Err(Error::ScopeMismatch)));
    drop(session);
    let mut session = desk.db.session(&ben).unwrap();
    assert_eq!(rename(&kept, &mut session, "Old").unwrap(), 1);
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
    assert_eq!(desk.events().len(), 0);
    drop(kept);
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Talk"]);
    let events = desk.events();
    assert_eq!(events.len(), 2, "as soon as the session is gone");
    assert!(events[1].contains("failed") && events[1].contains("threads"));
    desk.rename(2, "Old").unwrap();
}

#[test]
fn what_was_read_by_a_session_that_is_gone_is_written_down() {
    let desk = Desk::with(builder().busy_timeout(Duration::from_millis(10)));
    let ben = scope_of(&desk.db, 2_i64).read_only();
    let mut read = Vec::new();
    let acted = desk.db.read_across(&desk.olga(), |scope, session| {
        read = Repo::<Thread, _, _>::new(scope)
            .query()
            .load::<Thread>(session)?;
        *session = desk.db.session(&ben)?;
        Ok::<_, Error>(())
    });
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    assert_eq!(read.len(), 4);
    let events = desk.events();
    assert_eq!(events.len(), 2);
    assert!(events[1].contains("threads"), "{events:?}");
}

/// On SQLite it would be locked out.
#[cfg(not(feature = "sqlite"))]
#[test]
fn what_a_session_does_that_was_swapped_in_is_its_own() {
    use crate::kin::schema::threads;
    use diesel::prelude::*;

    let desk = Desk::new();
    let ben = scope_of(&desk.db, 2_i64);
    let mut own = desk.db.session(&ben).unwrap();
    let acted = desk.db.act_for(&desk.olga(), 2, |scope, session| {
        mem::swap(session, &mut own);
        let talk = Repo::<Thread>::new(scope)
            .query()
            .filter(threads::title.eq("Talk"));
        let talk = Repo::<Thread>::new(scope).update(talk);
        talk.set(threads::title.eq("Chat")).execute(session)
    });
    assert!(matches!(acted, Err(Error::AuditUnavailable(_))));
    drop(own);
    assert_eq!(desk.titles(), ["1 News", "1 Talk", "2 News", "2 Chat"]);
    assert_eq!(desk.events().len(), 2);
    desk.rename(2, "Old").unwrap();
}
